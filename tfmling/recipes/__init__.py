"""Recipes: stages that run one after the other, each in its own process, and the report on them."""
