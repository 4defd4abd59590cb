"""Encode sentences as vectors: one protocol, `Embedder.encode`, and one backend per file."""
