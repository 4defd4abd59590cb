"""Sparsemax: a softmax that gives most entries no weight at all (Martins and Astudillo 2016).

Shapes: N rows, O entries.
"""

import numpy as np


def sparsemax(scores_NO: np.ndarray) -> np.ndarray:
    """The point of the probability simplex nearest to each row, float [N, O]; rows sum to 1.

    Scores of one row that lie far apart give all weight to the highest; entries that are 1 or more
    below the highest always get none (algorithm 1 of the paper).
    """
    sorted_NO = -np.sort(-scores_NO, axis=1)
    sums_NO = np.cumsum(sorted_NO, axis=1)
    rank_O = np.arange(1, scores_NO.shape[1] + 1)
    in_support_NO = 1 + rank_O * sorted_NO > sums_NO
    size_N1 = in_support_NO.sum(axis=1, keepdims=True)
    threshold_N1 = (np.take_along_axis(sums_NO, size_N1 - 1, axis=1) - 1) / size_N1
    return np.maximum(scores_NO - threshold_N1, 0)
