"""The share of right labels, of words and of sentence pairs, with 95 % intervals."""

from collections.abc import Sequence

import numpy as np

from tfmling.core.intervals import Scores, bootstrap_interval, wilson_interval


def word_accuracy(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> Scores:
    """Of words; the interval is of a bootstrap over sentences.

    Args:
        gold: labels by sentence and word.
        predicted: as many.

    Returns:
        `accuracy`, `accuracy_low`, `accuracy_high`, `count` of words, `sentences`.
    """
    counts_N2 = np.array(
        [
            (sum(a == b for a, b in zip(true, found, strict=True)), len(true))
            for true, found in zip(gold, predicted, strict=True)
        ]
    )
    low, high = bootstrap_interval((counts_N2,), _share)
    return {
        "accuracy": _share(counts_N2),
        "accuracy_low": low,
        "accuracy_high": high,
        "count": int(counts_N2[:, 1].sum()),
        "sentences": len(counts_N2),
    }


def _share(counts_N2: np.ndarray) -> float:
    right, words = counts_N2.sum(axis=0)
    return float(right / words)


def pair_accuracy(gold: Sequence[str], predicted: Sequence[str]) -> Scores:
    """Of pairs, each by itself: `accuracy`, `accuracy_low`, `accuracy_high` (Wilson), `count`."""
    right = sum(a == b for a, b in zip(gold, predicted, strict=True))
    low, high = wilson_interval(right, len(gold))
    return {
        "accuracy": right / len(gold),
        "accuracy_low": low,
        "accuracy_high": high,
        "count": len(gold),
    }
