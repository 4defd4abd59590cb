"""t(target word | source word) for word pairs that co-occur in some sentence pair.

Shapes: K distinct word pairs, C cells.
"""

from collections.abc import Sequence

import numpy as np

UNSEEN_PROBABILITY = 1e-9  # of word pairs that never co-occurred


class TranslationTable:
    """A sparse table, sorted by source word; uniform before the first `set_counts`.

    Args:
        keys: the distinct word pairs of each run of cells, sorted; see `key`.
        target_words: number of distinct target words.
        dirichlet: α of a symmetric Dirichlet prior over the target words that a source word
            co-occurs with; None for maximum likelihood.

    Example:
        >>> keys = key(np.array([1, 1]), np.array([0, 1]), target_words=2)
        >>> table = TranslationTable([keys], target_words=2, dirichlet=None)
        >>> table.set_counts(np.array([3.0, 1.0]))
        >>> table.probability_K.tolist()
        [0.75, 0.25]
    """

    def __init__(self, keys: Sequence[np.ndarray], target_words: int, dirichlet: float | None):
        self._dirichlet = dirichlet
        self._key_K = _distinct(keys)
        self._source_K = self._key_K // (target_words + 1)
        self.probability_K = np.ones(len(self._key_K))

    def __len__(self) -> int:
        return len(self._key_K)

    def rows(self, key_C: np.ndarray) -> np.ndarray:
        """int64 [C]: the row of each word pair; K for pairs that never co-occurred."""
        if not len(self):
            return np.zeros(len(key_C), np.int64)
        row_C = np.minimum(np.searchsorted(self._key_K, key_C), len(self) - 1)
        return np.where(self._key_K[row_C] == key_C, row_C, len(self))

    def with_unseen(self) -> np.ndarray:
        """[K + 1]: the probabilities; the last is that of pairs that never co-occurred."""
        return np.append(self.probability_K, UNSEEN_PROBABILITY)

    def set_counts(self, count_K: np.ndarray) -> None:
        """M step: compute probabilities from expected counts.

        With a Dirichlet prior this is mean-field variational Bayes, exp ψ(count + α) / exp ψ(total)
        (Dyer et al. 2013, after Riley and Gildea 2012), which prevents rare words from attracting
        many links.
        """
        if self._dirichlet is None:
            total = np.bincount(self._source_K, count_K)[self._source_K]
            self.probability_K = count_K / np.where(total > 0, total, 1.0)
        else:
            smoothed = count_K + self._dirichlet
            total = np.bincount(self._source_K, smoothed)[self._source_K]
            self.probability_K = np.exp(digamma(smoothed) - digamma(total))


def _distinct(keys: Sequence[np.ndarray]) -> np.ndarray:
    """Sort and deduplicate; several times as fast as np.unique, which may hash."""
    if len(keys) == 1:
        return keys[0]
    together = np.sort(np.concatenate([np.zeros(0, np.int64), *keys]))
    is_new = np.ones(len(together), bool)
    is_new[1:] = together[1:] != together[:-1]
    return together[is_new]


def key(source_C: np.ndarray, target_C: np.ndarray, target_words: int) -> np.ndarray:
    """int64 [C]: encode a source word (0 is null) and a target word as one number.

    Example:
        >>> key(np.array([1]), np.array([2]), target_words=10).tolist()
        [13]
    """
    return source_C * (target_words + 1) + target_C


def digamma(x_N: np.ndarray) -> np.ndarray:
    """ψ(x) for x > 0, to 1e-10: seven steps of recurrence, then the asymptotic series.

    Abramowitz and Stegun (1964), 6.3.5 and 6.3.18. Implemented here so that workers need no SciPy.

    Example:
        >>> digamma(np.array([1.0])).round(6).tolist()  # minus Euler's constant
        [-0.577216]
    """
    before = sum(1 / (x_N + step) for step in range(7))
    x = x_N + 7
    squared = 1 / (x * x)
    series = squared * (1 / 12 - squared * (1 / 120 - squared * (1 / 252 - squared / 240)))
    return np.log(x) - 0.5 / x - series - before
