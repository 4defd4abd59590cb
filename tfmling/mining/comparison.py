"""All margins and strategies on known pairs: the threshold of one half, the score on the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import get_args

from tfmling.mining.bucc import Curve, Score, best_threshold, curve, score_above
from tfmling.mining.gold import KnownPairs
from tfmling.mining.margins import MARGINS
from tfmling.mining.neighbours import Neighbours
from tfmling.mining.pairs import Pairs, Strategy, candidate_pairs, one_to_one


@dataclass(frozen=True)
class Compared:
    """One margin with one strategy.

    Attributes:
        margin: a key of MARGINS.
        strategy: see `candidate_pairs`.
        threshold: of the best F1 on the first half of the sources.
        first: the score there, with it.
        second: the score on the other half, with the same threshold.
    """

    margin: str
    strategy: str
    threshold: float
    first: Score
    second: Score


def compare(
    forward: Neighbours, backward: Neighbours, known: KnownPairs, unique: bool
) -> Iterator[Compared]:
    """Scores all combinations.

    Args:
        forward: see `candidate_pairs`.
        backward: the same.
        known: the pairs that are right.
        unique: whether a sentence may be in one pair only.
    """
    for margin, strategy in product(MARGINS, get_args(Strategy)):
        pairs = mined_pairs(forward, backward, margin, strategy, unique)
        yield _compare(margin, strategy, pairs, known)


def mined_pairs(
    forward: Neighbours, backward: Neighbours, margin: str, strategy: Strategy, unique: bool
) -> Pairs:
    """Candidate pairs, one to one if `unique`."""
    pairs = candidate_pairs(forward, backward, margin, strategy)
    return pairs[one_to_one(pairs)] if unique else pairs


def known_curve(pairs: Pairs, known: KnownPairs) -> Curve:
    """Precision and recall over all thresholds, of the pairs that are judged."""
    judged = pairs[known.judged(pairs)]
    return curve(judged.score, known.right(judged), len(known))


def _compare(margin: str, strategy: str, pairs: Pairs, known: KnownPairs) -> Compared:
    pairs = pairs[known.judged(pairs)]
    right = known.right(pairs)
    first, second = (pairs.source % 2 == half for half in (0, 1))
    gold = [int((known.half == half).sum()) for half in (0, 1)]
    threshold = best_threshold(curve(pairs.score[first], right[first], gold[0]))
    return Compared(
        margin,
        strategy,
        threshold,
        score_above(pairs.score[first], right[first], gold[0], threshold),
        score_above(pairs.score[second], right[second], gold[1], threshold),
    )
