"""Strategies and one-to-one: by hand, and against the plain greedy loop."""

import numpy as np
import pytest

from tfmling.mining.neighbors import Neighbors, neighbors_both_ways
from tfmling.mining.pairs import Pairs, candidate_pairs, one_to_one

#            target 0    1    2      best target
# source 0        0.9  0.8  0.1      0
# source 1        0.7  0.6  0.2      0
# source 2        0.1  0.3  0.4      2
# best source       0    0    2
COSINE = np.array([[0.9, 0.8, 0.1], [0.7, 0.6, 0.2], [0.1, 0.3, 0.4]], np.float32)


def neighbors(cosine):
    index = np.argsort(-cosine, axis=1, kind="stable")
    return Neighbors(np.take_along_axis(cosine, index, axis=1), index)


def found(strategy):
    pairs = candidate_pairs(neighbors(COSINE), neighbors(COSINE.T), "absolute", strategy)
    assert list(pairs.score) == sorted(pairs.score, reverse=True)
    np.testing.assert_allclose(pairs.score, COSINE[pairs.source, pairs.target])
    return list(zip(pairs.source.tolist(), pairs.target.tolist(), strict=True))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("forward", [(0, 0), (1, 0), (2, 2)]),
        ("backward", [(0, 0), (0, 1), (2, 2)]),
        ("intersection", [(0, 0), (2, 2)]),
        ("max", [(0, 0), (0, 1), (1, 0), (2, 2)]),
    ],
)
def test_strategies_by_hand(strategy, expected):
    assert found(strategy) == expected


def test_the_margin_chooses_among_the_neighbors():
    # means over all three: sources .6, .5, .2667; targets .5667, .5667, .2333
    # source 1: 0.7 / .5333 = 1.3125 for target 0, .6 / .5333 for 1, .2 / .3667 for 2
    # source 2: .4 / .25 = 1.6 for target 2
    pairs = candidate_pairs(neighbors(COSINE), neighbors(COSINE.T), "ratio", "forward")
    scores = dict(zip(pairs.source.tolist(), pairs.score.tolist(), strict=True))
    assert scores[1] == pytest.approx(0.7 / ((0.5 + 1.7 / 3) / 2))
    assert scores[2] == pytest.approx(0.4 / ((0.8 / 3 + 0.7 / 3) / 2))


@pytest.mark.parametrize("strategy", ["forward", "backward", "intersection", "max"])
def test_pairs_with_an_undefined_margin_are_dropped(strategy):
    # means of both: sources .26 and -.46, targets .04 and -.24
    # source 0: .5 / .15 and .02 / .01; source 1: of -.21 and -.35 there is no ratio
    cosine = np.array([[0.5, 0.02], [-0.42, -0.5]], np.float32)
    pairs = candidate_pairs(neighbors(cosine), neighbors(cosine.T), "ratio", strategy)
    assert set(pairs.source.tolist()) == {0}
    assert pairs.score[0] == pytest.approx(0.5 / 0.15)
    weak = neighbors(np.array([[0.02, -0.06]], np.float32))
    other = neighbors(np.array([[0.02], [-0.06]], np.float32))
    assert len(candidate_pairs(weak, other, "ratio", strategy)) == 0
    assert len(candidate_pairs(weak, other, "distance", strategy)) > 0


def test_one_side_may_be_empty():
    forward, backward = neighbors_both_ways(np.zeros((3, 2)), np.zeros((0, 2)), k=2)
    for strategy in ("forward", "backward", "intersection", "max"):
        assert len(candidate_pairs(forward, backward, "ratio", strategy)) == 0


def greedy(pairs):
    sources, targets, kept = set(), set(), []
    for source, target in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True):
        free = source not in sources and target not in targets
        kept.append(free)
        if free:
            sources.add(source)
            targets.add(target)
    return kept


@pytest.mark.parametrize("seed", range(20))
def test_one_to_one_is_the_greedy_choice(seed):
    random = np.random.default_rng(seed)
    source, target = random.integers(0, 12, size=(2, 60))
    score = np.sort(random.integers(0, 9, size=60) / 8)[::-1].astype(np.float32)
    pairs = Pairs(source, target, score)
    assert one_to_one(pairs).tolist() == greedy(pairs)


def test_one_to_one_by_hand():
    # 0-0 wins, so 0-1 and 1-0 fall; 1-1 is then free
    pairs = Pairs(
        np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([4, 3, 2, 1], np.float32)
    )
    assert one_to_one(pairs).tolist() == [True, False, False, True]
