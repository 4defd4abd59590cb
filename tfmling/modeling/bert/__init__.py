"""BERT's computation over KerasHub's weights: the same outputs in less time."""
