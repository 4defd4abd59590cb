"""Whether a space of sentence vectors is healthy. N pairs, D width; all vectors have length one."""

import numpy as np


def alignment(source_ND: np.ndarray, target_ND: np.ndarray) -> float:
    """The mean squared distance of translations: 0 at best, 2 where they are unrelated.

    Wang and Isola (2020), 2005.10242, section 4, with alpha = 2.
    """
    return float(np.mean(np.sum((source_ND - target_ND) ** 2, axis=1)))


def uniformity(vectors_ND: np.ndarray) -> float:
    """log of the mean of exp(-2 distance²) over all pairs of different rows; 0 is a single point.

    The lower, the more evenly the sphere is used (Wang and Isola 2020, section 4, with t = 2).
    """
    cosines_NN = vectors_ND @ vectors_ND.T
    above = np.triu_indices(len(vectors_ND), k=1)
    return float(np.log(np.mean(np.exp(-2.0 * (2.0 - 2.0 * cosines_NN[above].astype(np.float64))))))


def effective_rank(vectors_ND: np.ndarray) -> float:
    """exp of the entropy of the normalized singular values, from 1 to min(N, D).

    Roy and Vetterli (2007), "The effective rank"; a fall says that the space collapses to a few
    directions (RankMe: Garrido et al. 2023, 2210.02885). Not centred: a direction that all
    vectors share counts against them.
    """
    values = np.linalg.svd(vectors_ND.astype(np.float64), compute_uv=False)
    shares = values[values > 0] / values.sum()
    return float(np.exp(-np.sum(shares * np.log(shares))))


def found_share(query_ND: np.ndarray, answer_ND: np.ndarray) -> float:
    """The share of queries whose nearest answer by cosine is their own (P@1)."""
    nearest_N = np.argmax(query_ND @ answer_ND.T, axis=1)
    return float(np.mean(nearest_N == np.arange(len(query_ND))))
