"""Nearest neighbours and margin scores, on plain arrays."""
