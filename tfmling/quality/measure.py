"""Metrics of a classifier on held-out pages: precision, recall, areas under curves.

Intervals are 95 % bootstrap intervals over pages, since sentences of one page are alike (Efron and
Tibshirani 1993, chapter 8).

Shapes: N sentences, P pages.
"""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from tfmling.core.intervals import bootstrap_interval

RESAMPLES = 200
Metrics = dict[str, float | int]
Measure = Callable[[np.ndarray, np.ndarray, np.ndarray, float], float]


@dataclasses.dataclass(frozen=True)
class ScoredSentences:
    """Held-out sentences and the classifier's probabilities.

    Attributes:
        good: whether each is main content, bool [N].
        probability: of being main content, float64 [N].
        page: the page of each, [N].

    Example:
        >>> good, pages = np.array([True, False]), np.array(["a.html", "b.html"])
        >>> scored = ScoredSentences(good, probability=np.array([0.9, 0.2]), page=pages)
        >>> scored.where(scored.page == "a.html").probability.tolist()
        [0.9]
    """

    good: np.ndarray
    probability: np.ndarray
    page: np.ndarray

    def where(self, kept: Sequence[bool] | np.ndarray) -> "ScoredSentences":
        """The sentences for which `kept` is true."""
        kept_N = np.asarray(kept, bool)
        return ScoredSentences(self.good[kept_N], self.probability[kept_N], self.page[kept_N])


def precision(good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float) -> float:
    """The share of kept sentences that are good; 1 if none is kept.

    Example:
        >>> good, probabilities = np.array([True, False]), np.array([0.9, 0.8])
        >>> precision(good, probabilities, np.ones(2), threshold=0.5)
        0.5
    """
    kept = weight_N[p_N >= threshold].sum()
    return float((weight_N * good_N)[p_N >= threshold].sum() / kept) if kept else 1.0


def recall(good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float) -> float:
    """The share of good sentences that are kept.

    Example:
        >>> good, probabilities = np.array([True, True]), np.array([0.9, 0.3])
        >>> recall(good, probabilities, np.ones(2), threshold=0.5)
        0.5
    """
    return float((weight_N * good_N)[p_N >= threshold].sum() / (weight_N * good_N).sum())


def auc(good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float) -> float:
    """The probability that a good sentence scores higher than a bad one.

    Example:
        >>> good, probabilities = np.array([True, True, False]), np.array([0.9, 0.4, 0.6])
        >>> auc(good, probabilities, np.ones(3), threshold=0.5)  # only 0.9 is above the bad one
        0.5
    """
    return float(roc_auc_score(good_N, p_N, sample_weight=weight_N))


def average_precision(
    good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float
) -> float:
    """The area under the precision-recall curve.

    Example:
        >>> good, probabilities = np.array([True, False]), np.array([0.4, 0.6])
        >>> average_precision(good, probabilities, np.ones(2), threshold=0.5)
        0.5
    """
    return float(average_precision_score(good_N, p_N, sample_weight=weight_N))


MEASURES: dict[str, Measure] = {
    "precision": precision,
    "recall": recall,
    "auc": auc,
    "average_precision": average_precision,
}


def measure(scored: ScoredSentences, threshold: float, seed: int) -> Metrics:
    """Compute all metrics with their intervals (`_low`, `_high`).

    If a class is missing, only counts are returned; if there is only one page, no intervals.

    Example:
        >>> good, pages = np.array([True, False]), np.array(["a.html", "b.html"])
        >>> scored = ScoredSentences(good, probability=np.array([0.9, 0.8]), page=pages)
        >>> metrics = measure(scored, threshold=0.5, seed=1)
        >>> metrics["precision"], metrics["recall"], metrics["auc"]
        (0.5, 1.0, 1.0)
    """
    good_N, p_N = scored.good, scored.probability
    metrics: Metrics = {
        "good": int(good_N.sum()),
        "bad": int((~good_N).sum()),
        "pages": len(np.unique(scored.page)),
    }
    if not (metrics["good"] and metrics["bad"]):
        return metrics
    ones_N = np.ones(len(good_N))
    for name, function in MEASURES.items():
        metrics[name] = function(good_N, p_N, ones_N, threshold)
        low, high = _interval(scored, function, threshold, seed)
        if metrics["pages"] > 1 and not np.isnan(low):
            metrics[f"{name}_low"], metrics[f"{name}_high"] = low, high
    return metrics


def _interval(
    scored: ScoredSentences, function: Measure, threshold: float, seed: int
) -> tuple[float, float]:
    """Resample pages; resamples without good or without bad sentences are ignored."""
    pages, page_N = np.unique(scored.page, return_inverse=True)

    def of_resample(drawn_P: np.ndarray) -> float:
        weight_N = np.bincount(drawn_P, minlength=len(pages))[page_N].astype(np.float64)
        if not 0 < weight_N[scored.good].sum() < weight_N.sum():
            return float("nan")
        return function(scored.good, scored.probability, weight_N, threshold)

    return bootstrap_interval((np.arange(len(pages)),), of_resample, seed, RESAMPLES)
