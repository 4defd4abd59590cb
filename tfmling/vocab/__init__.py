"""Vocabularies: learn new pieces, extend or trim a vocabulary, initialize and measure it."""
