"""Labelled words and pairs to model inputs: pieces, windows, batches."""
