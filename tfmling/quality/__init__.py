"""Sentence quality: is a sentence main content of a page, or boilerplate around it?

LaBSE keeps web sentences that a binary classifier labels as main content (Feng et al. 2022, section
3.1). This package trains such a classifier (`train_quality`) and saves it as a folder (`models`),
which the filter `quality` applies.
"""
