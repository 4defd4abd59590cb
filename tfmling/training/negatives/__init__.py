"""Mine hard negatives: nearest neighbors of a sentence that are not its translations."""
