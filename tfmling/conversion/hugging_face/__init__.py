"""Encoder folders of Hugging Face's `transformers`: what they say, checked, and their weights."""
