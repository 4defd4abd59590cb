"""Mine hard negatives: nearest neighbours of a sentence that are not its translations."""
