"""Reports of a pipeline for people: a page, a data card, a summary."""
