"""What the training asks of the encoder; one file an objective.

To add one: its file, its settings in `settings.py`, and its line in `build.py`.
"""
