"""Add a language to a multilingual encoder and turn it into a sentence encoder."""

__version__ = "0.1.0"
