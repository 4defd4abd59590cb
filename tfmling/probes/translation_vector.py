"""Is translation the same step everywhere? N sentence pairs, D width, L tokens.

Pires, Schlinger and Garrette (2019), section 5: the mean difference of the states of translations
is added to a source sentence's state; the nearest target state (Euclidean) should be that of its
translation.
"""

import numpy as np

_BLOCK = 1024  # source sentences at a time


def sentence_vector(state_LD: np.ndarray) -> np.ndarray:
    """[D]: the mean of a sentence's states, [CLS] (the first) and [SEP] (the last) left out.

    Raises:
        ValueError: no token between them.
    """
    if len(state_LD) < 3:
        raise ValueError(f"expected [CLS], tokens and [SEP], got {len(state_LD)} states")
    return state_LD[1:-1].mean(axis=0)


def translation_vector(source_ND: np.ndarray, target_ND: np.ndarray) -> np.ndarray:
    """[D]: the mean of target - source."""
    return (target_ND - source_ND).mean(axis=0)


def nearest_accuracy(source_ND: np.ndarray, target_ND: np.ndarray, vector_D: np.ndarray) -> float:
    """Share of source vectors whose nearest target, after `vector_D` is added, is their own.

    Args:
        source_ND: vectors of sentences.
        target_ND: vectors of their translations, row by row.
        vector_D: as `translation_vector` gives it, of these pairs (as in the paper) or of others.
    """
    squared_N = np.square(target_ND).sum(axis=1)
    right = 0
    for start in range(0, len(source_ND), _BLOCK):
        moved_BD = source_ND[start : start + _BLOCK] + vector_D
        # |a - b|² without |a|², which is the same for all b
        distance_BN = squared_N - 2 * moved_BD @ target_ND.T
        right += int((distance_BN.argmin(axis=1) == np.arange(start, start + len(moved_BD))).sum())
    return right / len(source_ND)
