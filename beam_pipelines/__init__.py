"""Corpora to records, with Apache Beam: storage, keys, combiners, counters and writers.

What judges or changes a text lies in `tfmling` and knows nothing of Beam.
"""
