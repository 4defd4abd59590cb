"""Precision, recall and F1 of mined pairs, and the threshold that is best on labelled ones.

As in the BUCC shared task, "Overview of the Second BUCC Shared Task" (Zweigenbaum, Sharoff and Rapp
2017), section 4: of the pairs that a system extracts, those in the gold standard are right; its
recall is of all pairs of the gold standard, found or not. As participants do, the threshold is
chosen for the best F1 on one set and then used on another.

Shape letters: P pairs.
"""

import math
from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Score:
    """How many pairs were extracted and right, of how many there are.

    Precision of nothing extracted is 1, as nothing is wrong; recall of no gold pairs is 1.
    """

    extracted: int
    right: int
    gold: int

    @property
    def precision(self) -> float:
        """The share of the extracted pairs that are right."""
        return self.right / self.extracted if self.extracted else 1.0

    @property
    def recall(self) -> float:
        """The share of the gold pairs that were extracted."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 0 where nothing is right."""
        total = self.extracted + self.gold
        return 2 * self.right / total if total else 1.0

    def as_dict(self) -> dict[str, int | float]:
        """Numbers and shares by name."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True)
class Curve:
    """What each possible threshold gives, from the strictest on.

    `threshold[i]` keeps the pairs of score >= it; pairs of equal score are never parted.
    """

    threshold: np.ndarray  # [T] float32, falling
    extracted: np.ndarray  # [T] int64
    right: np.ndarray  # [T] int64
    gold: int

    def at(self, number: int) -> Score:
        """The score at one threshold."""
        return Score(int(self.extracted[number]), int(self.right[number]), self.gold)


def curve(score_P: np.ndarray, right_P: np.ndarray, gold: int) -> Curve:
    """The scores over all thresholds.

    Args:
        score_P: of the candidate pairs, the best first.
        right_P: which of them are right.
        gold: how many pairs there are to be found.
    """
    last_of_equals = np.flatnonzero(np.append(np.diff(score_P) != 0, True)[: len(score_P)])
    return Curve(
        score_P[last_of_equals], last_of_equals + 1, np.cumsum(right_P)[last_of_equals], gold
    )


def best_threshold(found: Curve, min_precision: float | None = None) -> float:
    """The threshold of the best F1, halfway to the next pair; +inf where nothing is right.

    Args:
        found: the labelled pairs.
        min_precision: if given, the threshold that keeps most pairs at this precision or above.
    """
    if not len(found.threshold) or not found.right[-1]:
        return math.inf
    if min_precision is None:
        best = int(np.argmax(2 * found.right / (found.extracted + found.gold)))
    else:
        enough = np.flatnonzero(found.right >= min_precision * found.extracted)
        if not len(enough):
            return math.inf
        best = int(enough[-1])
    below = found.threshold[best + 1 :][:1]
    return float(np.mean([found.threshold[best], *below], dtype=np.float64))


def score_above(score_P: np.ndarray, right_P: np.ndarray, gold: int, threshold: float) -> Score:
    """The score of the pairs of at least this threshold."""
    kept = score_P >= threshold
    return Score(int(kept.sum()), int(right_P[kept].sum()), gold)
