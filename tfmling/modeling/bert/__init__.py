"""BERT's computation over KerasHub's weights: less time for the same numbers."""
