"""Choose hard negatives among nearest neighbors. N sources, K candidates of each."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ChosenNegatives:
    """The result of `choose_negatives`.

    Attributes:
        rows: of the chosen candidates, by source, nearest first.
        translations: number of candidates rejected as known translations.
        too_near: number of candidates rejected as possible translations.

    Example:
        >>> chosen = ChosenNegatives(rows=[[7, 2], [4]], translations=1, too_near=0)
        >>> [len(own) for own in chosen.rows]
        [2, 1]
    """

    rows: list[list[int]]
    translations: int
    too_near: int


def choose_negatives(
    similarity_NK: np.ndarray,
    index_NK: np.ndarray,
    true_similarity_N: np.ndarray,
    is_translation_NK: np.ndarray,
    *,
    negatives: int,
    max_ratio: float,
) -> ChosenNegatives:
    """Choose the nearest candidates that are probably not translations.

    The nearest neighbors of a source are often translations that the corpus does not contain, and
    false negatives do more harm than no hard negatives. So a candidate needs a cosine below
    `max_ratio` times that of the true pair ("percentage to the positive" in NV-Retriever, Moreira
    et al. 2024, 2407.15831, section 3).

    Args:
        similarity_NK: cosines, nearest first.
        index_NK: rows of the candidates.
        true_similarity_N: cosine of each source and its own target.
        is_translation_NK: bool, known translations.
        negatives: maximum per source.
        max_ratio: from 0 to 1.

    Example:
        >>> choose_negatives(np.array([[0.9, 0.8, 0.5]]), np.array([[4, 7, 2]]), np.array([0.9]),
        ...                  np.array([[True, False, False]]), negatives=2, max_ratio=0.95).rows
        [[7, 2]]
    """
    is_near_NK = similarity_NK >= max_ratio * true_similarity_N[:, np.newaxis]
    is_negative_NK = ~is_near_NK & ~is_translation_NK
    rows = [
        [int(row) for row in index_K[is_negative_K][:negatives]]
        for index_K, is_negative_K in zip(index_NK, is_negative_NK, strict=True)
    ]
    translations, too_near = is_translation_NK.sum(), (is_near_NK & ~is_translation_NK).sum()
    return ChosenNegatives(rows, int(translations), int(too_near))
