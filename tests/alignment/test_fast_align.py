"""The vectorized model equals a plain one; digamma and prior by hand."""

import itertools
import math

import numpy as np
import pytest

from tests.alignment import reference_fast_align as reference
from tfmling.alignment import fast_align
from tfmling.alignment.diagonal import DiagonalPrior
from tfmling.alignment.fast_align import FastAlign
from tfmling.alignment.settings import FastAlignSettings
from tfmling.alignment.translation_table import digamma
from tfmling.alignment.word_pairs import encode_sentences, number_words


def constructed_pairs(count=40, words=12, seed=3):
    """A language whose words are doubled letters, with words left out and neighbors exchanged."""
    draw = np.random.default_rng(seed)
    pairs = []
    for _ in range(count):
        source = [chr(97 + w) for w in draw.integers(0, words, draw.integers(1, 7))]
        target = [word * 2 for word in source if draw.random() > 0.1] or ["aa"]
        if len(target) > 2 and draw.random() < 0.3:
            target[0], target[1] = target[1], target[0]
        pairs.append((source, target))
    return pairs


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"dirichlet": None},
        {"fit_tension": False, "tension": 2.0},
        {"null_probability": 0.0, "dirichlet": None},
        {"iterations": 1},
        {"dirichlet": 1.5, "null_probability": 0.3},
    ],
)
def test_equals_the_plain_model(changes):
    settings = FastAlignSettings(**changes)
    pairs = constructed_pairs()
    table, tension, likelihoods = reference.train(pairs, settings)
    model = FastAlign(*zip(*pairs, strict=True), settings)
    assert model.tension == pytest.approx(tension, rel=1e-9)
    np.testing.assert_allclose(model.log_likelihoods, likelihoods, rtol=1e-9, atol=1e-9)
    new = [(["a", "zz", "c"], ["cc", "aa", "new"]), (["q"], ["aa"])]
    for tried in (pairs, new):
        found = model.align(*zip(*tried, strict=True)).sets()
        assert found == reference.align(tried, table, tension, settings)


def test_runs_of_any_size_give_the_same(monkeypatch):
    pairs = constructed_pairs()
    sides = tuple(zip(*pairs, strict=True))
    whole = FastAlign(*sides, FastAlignSettings())
    monkeypatch.setattr(fast_align, "MAX_CELLS", 30)
    parts = FastAlign(*sides, FastAlignSettings())
    assert parts.tension == pytest.approx(whole.tension, rel=1e-12)
    assert parts.align(*sides).sets() == whole.align(*sides).sets()


def test_likelihood_rises_without_a_dirichlet_prior():
    pairs = constructed_pairs(count=200)
    settings = FastAlignSettings(dirichlet=None, iterations=8)
    steps = FastAlign(*zip(*pairs, strict=True), settings).log_likelihoods
    # from the second on: the uniform start is no distribution
    assert all(after >= before - 1e-9 for before, after in itertools.pairwise(steps[1:]))


def test_a_known_language_is_aligned():
    pairs = constructed_pairs(count=2000, words=26)
    model = FastAlign(*zip(*pairs, strict=True), FastAlignSettings())
    links = model.align(*zip(*pairs, strict=True)).sets()
    right = wrong = 0
    for (source, target), own in zip(pairs, links, strict=True):
        for i, j in own:
            right += source[i] * 2 == target[j]
            wrong += source[i] * 2 != target[j]
    assert right / (right + wrong) > 0.99
    assert right > 0.95 * sum(len(target) for _, target in pairs)


def test_prior_by_hand():
    # two source words, one target word: h = -|1 - 1/2| and -|1 - 1|; tension 2: weights 1/e and 1
    source, target = ([["a", "b"]], [["x"]])
    sides = [encode_sentences(side, number_words(side)) for side in (source, target)]
    prior = DiagonalPrior(*sides, null_probability=0.1, tension=2.0)
    total = math.exp(-1) + 1
    expected = [0.1, 0.9 * math.exp(-1) / total, 0.9 / total]
    np.testing.assert_allclose(prior.probabilities(), expected, rtol=1e-12)


def test_digamma_at_known_points():
    euler = 0.5772156649015329
    np.testing.assert_allclose(
        digamma(np.array([1.0, 0.5, 2.0, 0.01])),
        # ψ(x) = ψ(1 + x) - 1/x, and near 1: -γ + ζ(2) (x - 1) - ζ(3) (x - 1)²
        [-euler, -euler - 2 * math.log(2), 1 - euler, -100.560885457869],
        rtol=1e-10,
    )


def test_sentences_without_words():
    model = FastAlign([["a"], [], ["a"]], [["x"], ["x"], []], FastAlignSettings())
    links = model.align([["a"], [], ["a"]], [["x"], ["x"], []])
    assert links.sets() == [{(0, 0)}, frozenset(), frozenset()]
    assert model.align([], []).sets() == []


def test_no_words_are_rejected():
    with pytest.raises(ValueError, match="words on both sides"):
        FastAlign([["a"]], [[]], FastAlignSettings())
    with pytest.raises(ValueError, match="got 2 targets and 1 sources"):
        FastAlign([["a"]], [["x"], ["y"]], FastAlignSettings())
