"""Calibration: from which score on is what is kept good to a wanted share?

LaBSE sets the threshold of its mined pairs so that 80 % of a sample of the kept, judged by people,
is good (Feng et al. 2022, section 3.2). Here that threshold comes with an interval (`threshold`),
and the sample that people judge is drawn by strata of the score (`sample`).
"""
