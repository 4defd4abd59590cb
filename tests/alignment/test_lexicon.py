"""IBM Model 1 by hand, and on a language whose lexicon is known."""

import numpy as np
import pytest

from tfmling.alignment.lexicon import Lexicon


def _probability(lexicon: Lexicon, source: int, target: int) -> float:
    found = (lexicon.source_K == source) & (lexicon.target_K == target)
    return float(lexicon.probability_K[found].sum())


def test_one_iteration_by_hand():
    # Pairs (a b | x y) and (a | x), with the null word. Pair 1 gives null, a and b a third of x
    # and of y each, pair 2 gives null and a half of x. a: x 1/3 + 1/2 = 5/6, y 1/3: t(x|a) = 5/7.
    lexicon = Lexicon([[1, 2], [1]], [[10, 11], [10]], iterations=1)
    assert _probability(lexicon, 1, 10) == pytest.approx(5 / 7)
    assert _probability(lexicon, 1, 11) == pytest.approx(2 / 7)
    assert _probability(lexicon, 2, 10) == pytest.approx(1 / 2)


def test_a_known_lexicon_is_found():
    draw = np.random.default_rng(1)
    sources = [draw.integers(0, 50, draw.integers(3, 9)).tolist() for _ in range(2000)]
    targets = [[100 + word for word in reversed(source)] for source in sources]
    translations = Lexicon(sources, targets, iterations=5).translations(0.2)
    assert len(translations) == 50
    for source, (target, probability) in translations.items():
        assert target[probability.argmax()] == 100 + source
        assert probability.max() > 0.5


def test_probabilities_of_a_source_sum_to_one():
    lexicon = Lexicon([[1, 2, 2], [2, 3]], [[5, 6], [6, 7, 7]], iterations=4)
    for source in (1, 2, 3):
        total = lexicon.probability_K[lexicon.source_K == source].sum()
        assert total == pytest.approx(1.0)


def test_sides_of_different_length_are_rejected():
    with pytest.raises(ValueError, match="1 targets and 2 sources"):
        Lexicon([[1], [2]], [[3]])
