"""Turn corpora into records with Apache Beam: storage, keys, combiners, counters, writers.

Functions that judge or change texts are in `tfmling`, which never imports Beam.
"""
