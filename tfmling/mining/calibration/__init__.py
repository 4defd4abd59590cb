"""Calibration: which score threshold keeps pairs of which a given share is good?

LaBSE chooses the threshold of its mined pairs so that people judge 80 % of a sample of kept pairs
as good (Feng et al. 2022, section 3.2). Here the threshold comes with an interval (`threshold`),
and the sample for people to judge is stratified by score (`sample`).
"""
