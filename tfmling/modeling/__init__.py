"""The network: encoder, heads, and how pretrained weights come in and grow."""
