"""Compare margins and strategies on gold pairs: threshold from one half, score on the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import get_args

from tfmling.mining.gold import GoldRows
from tfmling.mining.margins import MARGINS
from tfmling.mining.neighbors import Neighbors
from tfmling.mining.pairs import Pairs, Strategy, candidate_pairs, one_to_one
from tfmling.mining.thresholds import (
    PairScore,
    PrecisionRecallCurve,
    best_threshold,
    precision_recall_curve,
    score_at,
)


@dataclass(frozen=True)
class MarginResult:
    """The result of one margin with one strategy.

    Attributes:
        margin: a key of MARGINS.
        strategy: see `candidate_pairs`.
        threshold: with the best F1 on the first half of the sources.
        first: the score there, at that threshold.
        second: the score on the other half, at the same threshold.

    Example:
        >>> score = PairScore(extracted=4, right=3, gold=6)
        >>> result = MarginResult("ratio", "max", threshold=1.05, first=score, second=score)
        >>> result.second.precision
        0.75
    """

    margin: str
    strategy: str
    threshold: float
    first: PairScore
    second: PairScore


def compare_margins(
    forward: Neighbors, backward: Neighbors, gold: GoldRows, unique: bool
) -> Iterator[MarginResult]:
    """Score all combinations of margin and strategy.

    Args:
        forward: see `candidate_pairs`.
        backward: see `candidate_pairs`.
        gold: the correct pairs.
        unique: whether a sentence may be in one pair only.

    Example:
        >>> from tfmling.mining.neighbors import neighbors_both_ways
        >>> forward, backward = neighbors_both_ways(np.eye(2), np.eye(2), k=2)
        >>> gold = GoldRows(np.arange(2), np.arange(2), half=np.arange(2), complete=True)
        >>> results = list(compare_margins(forward, backward, gold, unique=True))
        >>> len(results), results[0].second.f1  # 4 margins, each with 4 strategies
        (16, 1.0)
    """
    for margin, strategy in product(MARGINS, get_args(Strategy)):
        pairs = mined_pairs(forward, backward, margin, strategy, unique)
        yield _score_halves(margin, strategy, pairs, gold)


def mined_pairs(
    forward: Neighbors, backward: Neighbors, margin: str, strategy: Strategy, unique: bool
) -> Pairs:
    """Candidate pairs, one to one if `unique`.

    Example:
        >>> from tfmling.mining.neighbors import neighbors_both_ways
        >>> forward, backward = neighbors_both_ways(np.eye(2), np.eye(2), k=2)
        >>> pairs = mined_pairs(forward, backward, "distance", "max", unique=True)
        >>> pairs.source.tolist(), pairs.target.tolist(), pairs.score.tolist()
        ([0, 1], [0, 1], [0.5, 0.5])
    """
    pairs = candidate_pairs(forward, backward, margin, strategy)
    return pairs[one_to_one(pairs)] if unique else pairs


def gold_curve(pairs: Pairs, gold: GoldRows) -> PrecisionRecallCurve:
    """Precision and recall at all thresholds, of the pairs that gold pairs can judge.

    Example:
        >>> pairs = Pairs(np.array([0, 1]), np.array([0, 2]), np.array([1.5, 1.25]))
        >>> gold = GoldRows(np.arange(2), np.arange(2), half=np.arange(2), complete=True)
        >>> gold_curve(pairs, gold).at(1)
        PairScore(extracted=2, right=1, gold=2)
    """
    judged = pairs[gold.is_judged(pairs)]
    return precision_recall_curve(judged.score, gold.is_correct(judged), len(gold))


def _score_halves(margin: str, strategy: str, pairs: Pairs, gold: GoldRows) -> MarginResult:
    pairs = pairs[gold.is_judged(pairs)]
    correct = gold.is_correct(pairs)
    first, second = (pairs.source % 2 == half for half in (0, 1))
    counts = [int((gold.half == half).sum()) for half in (0, 1)]
    threshold = best_threshold(
        precision_recall_curve(pairs.score[first], correct[first], counts[0])
    )
    return MarginResult(
        margin,
        strategy,
        threshold,
        score_at(pairs.score[first], correct[first], counts[0], threshold),
        score_at(pairs.score[second], correct[second], counts[1], threshold),
    )
