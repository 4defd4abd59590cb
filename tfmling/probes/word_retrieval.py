"""Contextual word retrieval: is the nearest word of the other language the translation?

Cao, Kitaev and Klein (2020), "Multilingual Alignment of Contextual Word Representations", section
5: every word of aligned text looks for its partner among all words of the other side, by CSLS
(Conneau et al. 2018, `tfmling.mining.margins`).

Shapes: N word pairs, D width.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from tfmling.mining.neighbours import nearest_neighbours

Score = Literal["csls", "cao_released", "cosine"]

# https://universaldependencies.org/u/pos/; PUNCT, SYM and X are of neither class
OPEN_CLASS = ("ADJ", "ADV", "INTJ", "NOUN", "PROPN", "VERB")
CLOSED_CLASS = ("ADP", "AUX", "CCONJ", "DET", "NUM", "PART", "PRON", "SCONJ")

_BLOCK = 1024  # queries at a time


def retrieved(
    source_ND: np.ndarray, target_ND: np.ndarray, score: Score = "csls", k: int = 10
) -> np.ndarray:
    """Whether each source word finds its own partner, bool [N]; exchange sides for the other way.

    Args:
        source_ND: float32 vectors of words.
        target_ND: vectors of their partners, row by row.
        score: `csls` = 2 cos(x, y) - the mean cosine of x with its k nearest targets - that of y
            with its k nearest sources. `cao_released` is what the paper's code works out: it
            divides by the norm of the whole matrix instead of each row's, one number for all, so
            that dot products are compared and long vectors are near to all. `cosine` alone is the
            baseline.
        k: neighbours; where there are fewer words, all.

    Raises:
        ValueError: different shapes.
    """
    if source_ND.shape != target_ND.shape:
        raise ValueError(f"expected equal shapes, got {source_ND.shape} and {target_ND.shape}")
    source_ND, target_ND = (_normalised(side, score) for side in (source_ND, target_ND))
    hubness_N = np.zeros(len(target_ND), np.float32)
    if score != "cosine" and len(target_ND):
        neighbours = nearest_neighbours(target_ND, source_ND, min(k, len(source_ND)))
        hubness_N = neighbours.mean_similarity
    right_N = np.zeros(len(source_ND), bool)
    for start in range(0, len(source_ND), _BLOCK):
        # the mean of x's own neighbours is the same for all y
        score_BN = 2 * source_ND[start : start + _BLOCK] @ target_ND.T - hubness_N
        own = np.arange(start, start + len(score_BN))
        right_N[own] = score_BN.argmax(axis=1) == own
    return right_N


def _normalised(side_ND: np.ndarray, score: Score) -> np.ndarray:
    if score == "cao_released":
        norm = np.linalg.norm(side_ND)
    else:
        norm = np.linalg.norm(side_ND, axis=1, keepdims=True)
    return (side_ND / np.where(norm > 0, norm, 1.0)).astype(np.float32)


def accuracy_by_class(right_N: np.ndarray, tags: Sequence[str]) -> dict[str, tuple[float, int]]:
    """The share that is right and the number of words: `all`, `open` and `closed` class.

    Args:
        right_N: as `retrieved` gives it.
        tags: the UPOS of each source word.

    Returns:
        Classes without words are left out.
    """
    tag_N = np.array(tags, dtype=object)
    classes = {
        "all": np.ones(len(right_N), bool),
        "open": np.isin(tag_N, OPEN_CLASS),
        "closed": np.isin(tag_N, CLOSED_CLASS),
    }
    return {
        name: (float(right_N[own].mean()), int(own.sum()))
        for name, own in classes.items()
        if own.any()
    }
