"""Precision, recall and F1 of mined pairs, and thresholds chosen from gold pairs.

As in the BUCC shared task, "Overview of the Second BUCC Shared Task" (Zweigenbaum, Sharoff and Rapp
2017), section 4: extracted pairs in the gold standard are correct, and recall counts all gold
pairs. As participants do, the threshold with the best F1 on one set is used on another.

Shape letters: P pairs, T thresholds.
"""

import math
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import numpy as np
import pydantic

from tfmling.core import config


@dataclass(frozen=True)
class PairScore:
    """Numbers of extracted, correct and gold pairs.

    Precision is 1 if nothing was extracted, and recall is 1 if there are no gold pairs.

    Example:
        >>> PairScore(extracted=4, right=3, gold=6).precision
        0.75
    """

    extracted: int
    right: int
    gold: int

    @property
    def precision(self) -> float:
        """The share of extracted pairs that are correct."""
        return self.right / self.extracted if self.extracted else 1.0

    @property
    def recall(self) -> float:
        """The share of gold pairs that were extracted."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.extracted + self.gold
        return 2 * self.right / total if total else 1.0

    def as_dict(self) -> dict[str, int | float]:
        """All numbers and shares by name."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True)
class PrecisionRecallCurve:
    """The score at every possible threshold, the strictest first.

    `threshold[i]` keeps pairs whose score is at least that; pairs of equal score stay together.

    Example:
        >>> threshold, extracted, right = np.array([3.0, 2.0]), np.array([1, 4]), np.array([1, 3])
        >>> PrecisionRecallCurve(threshold, extracted, right, gold=6).at(1)
        PairScore(extracted=4, right=3, gold=6)
    """

    threshold: np.ndarray  # [T] float32, falling
    extracted: np.ndarray  # [T] int64
    right: np.ndarray  # [T] int64
    gold: int

    def at(self, number: int) -> PairScore:
        """The score at one threshold."""
        return PairScore(int(self.extracted[number]), int(self.right[number]), self.gold)


def precision_recall_curve(
    score_P: np.ndarray, right_P: np.ndarray, gold: int
) -> PrecisionRecallCurve:
    """Count extracted and correct pairs at all thresholds.

    Args:
        score_P: scores of candidate pairs, best first.
        right_P: whether each pair is correct.
        gold: the number of gold pairs.

    Example:
        >>> scores, right = np.array([3.0, 2.0, 2.0]), np.array([True, False, True])
        >>> precision_recall_curve(scores, right, gold=2).extracted.tolist()
        [1, 3]
    """
    last_of_equals = np.flatnonzero(np.append(np.diff(score_P) != 0, True)[: len(score_P)])
    return PrecisionRecallCurve(
        score_P[last_of_equals], last_of_equals + 1, np.cumsum(right_P)[last_of_equals], gold
    )


def best_threshold(curve: PrecisionRecallCurve, min_precision: float | None = None) -> float:
    """The threshold with the best F1, halfway to the next pair; +inf if no pair is correct.

    Args:
        curve: of pairs known to be correct or wrong.
        min_precision: if given, the threshold that keeps most pairs at this precision instead.

    Example:
        >>> scores, right = np.array([4.0, 3.0, 2.0]), np.array([True, True, False])
        >>> best_threshold(precision_recall_curve(scores, right, gold=2))
        2.5
    """
    if not len(curve.threshold) or not curve.right[-1]:
        return math.inf
    if min_precision is None:
        best = int(np.argmax(2 * curve.right / (curve.extracted + curve.gold)))
    else:
        enough = np.flatnonzero(curve.right >= min_precision * curve.extracted)
        if not len(enough):
            return math.inf
        best = int(enough[-1])
    below = curve.threshold[best + 1 :][:1]
    return float(np.mean([curve.threshold[best], *below], dtype=np.float64))


def score_at(score_P: np.ndarray, right_P: np.ndarray, gold: int, threshold: float) -> PairScore:
    """The score of the pairs that reach a threshold.

    Example:
        >>> score_at(np.array([3.0, 2.0]), np.array([True, False]), gold=2, threshold=2.0)
        PairScore(extracted=2, right=1, gold=2)
    """
    kept = score_P >= threshold
    return PairScore(int(kept.sum()), int(right_P[kept].sum()), gold)


class FixedThreshold(config.Settings):
    """A given threshold; a good one depends on the margin.

    Example:
        >>> FixedThreshold(kind="value", min_score=1.05).min_score
        1.05
    """

    kind: Literal["value"]
    min_score: float
    """Pairs that score less are dropped. Ratio margins of translations mostly exceed 1.05."""


class LearnedThreshold(config.Settings):
    """The best threshold on the pairs of `gold`.

    Example:
        >>> scores, right = np.array([4.0, 3.0, 2.0]), np.array([True, False, True])
        >>> LearnedThreshold(kind="learned", min_precision=0.9).learn(scores, right, gold=2)
        3.5
    """

    kind: Literal["learned"]
    min_precision: float | None = pydantic.Field(None, gt=0, le=1)
    """Precision at which the threshold keeps most pairs; null: the threshold with the best F1."""

    def learn(self, score_P: np.ndarray, right_P: np.ndarray, gold: int) -> float:
        """Choose the threshold, see `best_threshold`."""
        return best_threshold(precision_recall_curve(score_P, right_P, gold), self.min_precision)


AnyThreshold = Annotated[FixedThreshold | LearnedThreshold, pydantic.Field(discriminator="kind")]
