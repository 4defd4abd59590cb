"""Vocabularies: hold, cut text with, learn, extend and measure them."""
