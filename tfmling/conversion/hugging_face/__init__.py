"""Encoder folders of Hugging Face's `transformers`: settings, tokenizer files and weights."""
