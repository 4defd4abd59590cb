"""Margin scores: how much a pair's similarity exceeds that of both sentences' neighbors.

    margin(x, y) = f(cos(x, y), (mean of x's k nearest cosines + mean of y's k nearest cosines) / 2)

Mikel Artetxe and Holger Schwenk (2019), "Margin-based Parallel Corpus Mining with Multilingual
Sentence Embeddings", section 3.2, equation 2. A sentence that is close to everything (a "hub") has
a high mean, which lowers its scores. A ratio needs a mean above 0 and is -inf otherwise.

CSLS comes from Conneau et al. (2018), "Word Translation Without Parallel Data", section 2.3.

Shape letters: N queries, M candidates, K neighbors of each.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

_SMALLEST_MEAN = 1e-9  # keeps ratios finite


def absolute(similarity: np.ndarray, neighborhood_mean: np.ndarray) -> np.ndarray:
    """The similarity itself.

    Example:
        >>> absolute(np.array([0.75]), np.array([0.5])).tolist()
        [0.75]
    """
    return similarity


def distance(similarity: np.ndarray, neighborhood_mean: np.ndarray) -> np.ndarray:
    """similarity - neighborhood_mean.

    Example:
        >>> distance(np.array([0.75]), np.array([0.5])).tolist()
        [0.25]
    """
    return similarity - neighborhood_mean


def csls(similarity: np.ndarray, neighborhood_mean: np.ndarray) -> np.ndarray:
    """2 similarity - (mean of x + mean of y): twice the distance, so it ranks equally.

    Example:
        >>> csls(np.array([0.75]), np.array([0.5])).tolist()
        [0.5]
    """
    return 2 * distance(similarity, neighborhood_mean)


def ratio(similarity: np.ndarray, neighborhood_mean: np.ndarray) -> np.ndarray:
    """similarity / neighborhood_mean, the paper's best margin; -inf unless the mean is above 0.

    Example:
        >>> ratio(np.array([0.75, 0.75]), np.array([0.5, 0.0])).tolist()
        [1.5, -inf]
    """
    scores = similarity / np.maximum(neighborhood_mean, _SMALLEST_MEAN)
    return np.where(neighborhood_mean > 0, scores, -np.inf)


Margin = Literal["absolute", "distance", "ratio", "csls"]

MARGINS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "absolute": absolute,
    "distance": distance,
    "ratio": ratio,
    "csls": csls,
}


def margin_scores(
    similarity_NK: np.ndarray,
    index_NK: np.ndarray,
    query_mean_N: np.ndarray,
    candidate_mean_M: np.ndarray,
    margin: str = "ratio",
) -> np.ndarray:
    """Score each query against its nearest candidates.

    Args:
        similarity_NK: cosines of each query with its K nearest candidates.
        index_NK: their indices, 0 to M - 1.
        query_mean_N: mean cosine of each query with its nearest candidates.
        candidate_mean_M: mean cosine of each candidate with its nearest queries.
        margin: a key of MARGINS.

    Returns:
        Scores [N, K], higher is better; -inf if the margin is undefined.

    Raises:
        ValueError: `margin` is unknown.

    Example:
        >>> query_means, candidate_means = np.array([0.4]), np.array([0.6])
        >>> cosines, indices = np.array([[0.75]]), np.array([[0]])
        >>> margin_scores(cosines, indices, query_means, candidate_means).tolist()
        [[1.5]]
    """
    if margin not in MARGINS:
        raise ValueError(f"margin: expected one of {', '.join(MARGINS)}, got {margin!r}")
    neighborhood_mean_NK = (query_mean_N[:, None] + candidate_mean_M[index_NK]) / 2
    return MARGINS[margin](similarity_NK, neighborhood_mean_NK)
