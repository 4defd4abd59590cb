"""Takes a multilingual encoder to languages that it does not know."""

__version__ = "0.1.0"
