"""Candidate pairs from the neighbors of both directions, and one-to-one selection.

Strategies as in Artetxe and Schwenk (2019), "Margin-based Parallel Corpus Mining with Multilingual
Sentence Embeddings", section 3.3; their "max. score" is `max`.

Shape letters: N source sentences, M target sentences, K neighbors of each, P pairs.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from tfmling.mining.margins import margin_scores
from tfmling.mining.neighbors import Neighbors
from tfmling.mining.top_k import MISSING

Strategy = Literal["forward", "backward", "intersection", "max"]
_ROWS = 1 << 18  # scored at a time, which limits memory


@dataclass(frozen=True)
class Pairs:
    """Pairs of sentences by number, best first, ties by source and target.

    Example:
        >>> pairs = Pairs(np.array([0, 1]), np.array([5, 4]), np.array([1.5, 1.1]))
        >>> pairs[pairs.score >= 1.2].target.tolist()
        [5]
    """

    source: np.ndarray  # [P] int64, 0 to N - 1
    target: np.ndarray  # [P] int64, 0 to M - 1
    score: np.ndarray  # [P] float32

    def __len__(self) -> int:
        return len(self.score)

    def __getitem__(self, kept: np.ndarray | slice) -> "Pairs":
        return Pairs(self.source[kept], self.target[kept], self.score[kept])


def candidate_pairs(
    forward: Neighbors, backward: Neighbors, margin: str, strategy: Strategy
) -> Pairs:
    """Pair sentences by a strategy; a sentence may be in several pairs.

    Args:
        forward: neighbors of the N sources among the targets.
        backward: neighbors of the M targets among the sources.
        margin: a key of MARGINS.
        strategy: `forward` takes the best target of each source, `backward` the best source of each
            target, `intersection` pairs found by both, `max` pairs found by either.

    Returns:
        Pairs with finite scores.

    Raises:
        ValueError: `margin` or `strategy` is unknown.

    Example:
        >>> from tfmling.mining.neighbors import neighbors_both_ways
        >>> forward, backward = neighbors_both_ways(np.eye(2), np.eye(2), k=2)
        >>> pairs = candidate_pairs(forward, backward, "ratio", "intersection")
        >>> pairs.source.tolist(), pairs.target.tolist(), pairs.score.tolist()  # 1 / 0.5
        ([0, 1], [0, 1], [2.0, 2.0])
    """
    if strategy not in get_args(Strategy):
        known = ", ".join(get_args(Strategy))
        raise ValueError(f"strategy: expected one of {known}, got {strategy!r}")
    own, other = forward.mean_similarity, backward.mean_similarity
    source, best_target, forward_score = _best(forward, own, other, margin)
    if strategy == "forward":
        return _sorted(source, best_target, forward_score)
    target, best_source, backward_score = _best(backward, other, own, margin)
    if strategy == "backward":
        return _sorted(best_source, target, backward_score)
    count = max(len(backward.index), 1)
    ahead, back = source * count + best_target, best_source * count + target
    if strategy == "intersection":
        kept = np.isin(ahead, back)
        return _sorted(source[kept], best_target[kept], forward_score[kept])
    new = ~np.isin(back, ahead)
    return _sorted(
        np.concatenate([source, best_source[new]]),
        np.concatenate([best_target, target[new]]),
        np.concatenate([forward_score, backward_score[new]]),
    )


def one_to_one(pairs: Pairs) -> np.ndarray:
    """Select pairs greedily: the best pair, then the best whose sentences are both still free.

    Any pair that is the best remaining one of both its sentences will be selected, so all of these
    are selected in one step, repeatedly.

    Returns:
        Whether each pair is selected, bool [P].

    Example:
        >>> pairs = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([3.0, 2.0, 1.0]))
        >>> one_to_one(pairs).tolist()
        [True, False, True]
    """
    kept = np.zeros(len(pairs), bool)
    left = np.arange(len(pairs))
    while len(left):
        source, target = pairs.source[left], pairs.target[left]
        best = is_first(source) & is_first(target)
        kept[left[best]] = True
        taken = np.isin(source, source[best]) | np.isin(target, target[best])
        left = left[~taken]
    return kept


def is_first(value_P: np.ndarray) -> np.ndarray:
    """Whether each entry is the first of its value, bool [P].

    Example:
        >>> is_first(np.array([7, 8, 7])).tolist()
        [True, True, False]
    """
    first = np.zeros(len(value_P), bool)
    first[np.unique(value_P, return_index=True)[1]] = True
    return first


def _best(
    neighbors: Neighbors, own_mean: np.ndarray, other_mean: np.ndarray, margin: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, best neighbor and score of each sentence that has a finite score."""
    parts = [
        _best_of(neighbors, slice(start, start + _ROWS), own_mean, other_mean, margin)
        for start in range(0, max(len(neighbors.index), 1), _ROWS)
    ]
    index, score = (np.concatenate(part) for part in zip(*parts, strict=True))
    number = np.flatnonzero(score > -np.inf)
    return number, index[number], score[number]


def _best_of(
    neighbors: Neighbors,
    rows: slice,
    own_mean: np.ndarray,
    other_mean: np.ndarray,
    margin: str,
) -> tuple[np.ndarray, np.ndarray]:
    index_NK = np.asarray(neighbors.index[rows])
    similarity_NK = np.asarray(neighbors.similarity[rows])
    if not len(other_mean):
        return np.full(len(index_NK), MISSING), np.full(len(index_NK), -np.inf, np.float32)
    score_NK = margin_scores(similarity_NK, index_NK, own_mean[rows], other_mean, margin)
    score_NK = np.where(index_NK == MISSING, -np.inf, score_NK)
    best_N1 = score_NK.argmax(axis=1)[:, None]
    index = np.take_along_axis(index_NK, best_N1, axis=1)[:, 0]
    return index, np.take_along_axis(score_NK, best_N1, axis=1)[:, 0].astype(np.float32)


def _sorted(source: np.ndarray, target: np.ndarray, score: np.ndarray) -> Pairs:
    order = np.lexsort((target, source, -score))
    return Pairs(source[order], target[order], score[order])
