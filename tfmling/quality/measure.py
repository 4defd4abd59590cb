"""How good a classifier is on held-out pages: precision, recall, areas under curves.

Intervals are 95 %, by resampling pages, since sentences of one page are alike (Efron and Tibshirani
1993, chapter 8).

Shapes: N sentences, P pages.
"""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from tfmling.core.intervals import bootstrap_interval

RESAMPLES = 200
Measure = Callable[[np.ndarray, np.ndarray, np.ndarray, float], float]


@dataclasses.dataclass(frozen=True)
class Scored:
    """Held-out sentences with what the classifier says.

    Attributes:
        good: whether each is main content, bool [N].
        probability: what the classifier says, float64 [N].
        page: the page of each [N].
    """

    good: np.ndarray
    probability: np.ndarray
    page: np.ndarray

    def where(self, kept: Sequence[bool] | np.ndarray) -> "Scored":
        """Those for which `kept` is true."""
        kept_N = np.asarray(kept, bool)
        return Scored(self.good[kept_N], self.probability[kept_N], self.page[kept_N])


def precision(good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float) -> float:
    """Share of good among what is kept; 1 where nothing is."""
    kept = weight_N[p_N >= threshold].sum()
    return float((weight_N * good_N)[p_N >= threshold].sum() / kept) if kept else 1.0


def recall(good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float) -> float:
    """Share of kept among what is good."""
    return float((weight_N * good_N)[p_N >= threshold].sum() / (weight_N * good_N).sum())


def auc(good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float) -> float:
    """The chance that a good sentence is scored above a bad one."""
    return float(roc_auc_score(good_N, p_N, sample_weight=weight_N))


def average_precision(
    good_N: np.ndarray, p_N: np.ndarray, weight_N: np.ndarray, threshold: float
) -> float:
    """Area under the curve of precision over recall."""
    return float(average_precision_score(good_N, p_N, sample_weight=weight_N))


MEASURES: dict[str, Measure] = {
    "precision": precision,
    "recall": recall,
    "auc": auc,
    "average_precision": average_precision,
}


def measure(scored: Scored, threshold: float, seed: int) -> dict[str, float | int]:
    """Figures with their intervals (`_low`, `_high`).

    Only counts where one kind is missing; no intervals where there is one page only.
    """
    good_N, p_N = scored.good, scored.probability
    figures: dict[str, float | int] = {
        "good": int(good_N.sum()),
        "bad": int((~good_N).sum()),
        "pages": len(np.unique(scored.page)),
    }
    if not (figures["good"] and figures["bad"]):
        return figures
    ones_N = np.ones(len(good_N))
    for name, function in MEASURES.items():
        figures[name] = function(good_N, p_N, ones_N, threshold)
        low, high = _interval(scored, function, threshold, seed)
        if figures["pages"] > 1 and not np.isnan(low):
            figures[f"{name}_low"], figures[f"{name}_high"] = low, high
    return figures


def _interval(
    scored: Scored, function: Measure, threshold: float, seed: int
) -> tuple[float, float]:
    """Resamples pages; one that lacks good or bad sentences is left out."""
    pages, page_N = np.unique(scored.page, return_inverse=True)

    def of_pages(drawn_P: np.ndarray) -> float:
        weight_N = np.bincount(drawn_P, minlength=len(pages))[page_N].astype(np.float64)
        if not 0 < weight_N[scored.good].sum() < weight_N.sum():
            return float("nan")
        return function(scored.good, scored.probability, weight_N, threshold)

    return bootstrap_interval((np.arange(len(pages)),), of_pages, seed, RESAMPLES)
