"""Sentences to vectors: the backends that run an encoder."""
