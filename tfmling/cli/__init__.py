"""The command `tfmling`: its parser, and the call of the function that does a command's work."""
