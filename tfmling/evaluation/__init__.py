"""Scores of models, by language: retrieval of translations, similarity to a reference model."""
