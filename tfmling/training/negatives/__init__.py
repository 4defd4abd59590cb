"""Hard negatives: what the current encoder takes for translations, though it is none."""
