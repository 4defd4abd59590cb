"""Which of a source's nearest targets are negatives. N sources, K nearest candidates of each."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Chosen:
    """Rows of candidates by source, the nearest first, and what was passed over."""

    rows: list[list[int]]
    translations: int  # candidates that are known translations or the source itself
    too_near: int  # candidates that may be translations, by their cosine


def choose_negatives(
    similarity_NK: np.ndarray,
    index_NK: np.ndarray,
    true_similarity_N: np.ndarray,
    is_translation_NK: np.ndarray,
    *,
    negatives: int,
    max_ratio: float,
) -> Chosen:
    """The nearest candidates that are no translations, as far as can be told.

    The nearest neighbours of a source are often translations that the corpus does not know as such;
    pushing them away is worse than no hard negatives. So a candidate counts only if its cosine is
    below `max_ratio` times that of the true pair (the "percentage to the positive" of
    NV-Retriever, Moreira et al. 2024, 2407.15831, section 3).

    Args:
        similarity_NK: cosines, the nearest first.
        index_NK: rows of the candidates.
        true_similarity_N: cosine of each source with its own target.
        is_translation_NK: bool, candidates that are known translations.
        negatives: how many of a source at most.
        max_ratio: see above, 0 to 1.
    """
    is_near_NK = similarity_NK >= max_ratio * true_similarity_N[:, np.newaxis]
    is_negative_NK = ~is_near_NK & ~is_translation_NK
    rows = [
        [int(row) for row in index_K[is_negative_K][:negatives]]
        for index_K, is_negative_K in zip(index_NK, is_negative_NK, strict=True)
    ]
    return Chosen(rows, int(is_translation_NK.sum()), int((is_near_NK & ~is_translation_NK).sum()))
