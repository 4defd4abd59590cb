"""Sentence quality: is a sentence main content of a page, or what stands around it?

LaBSE keeps web sentences that a binary classifier takes for main content (Feng et al. 2022, section
3.1). Here such a classifier is trained (`run_training`), kept as a folder (`models`) and applied as
a filter (`quality`).
"""
