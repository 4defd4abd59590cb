import numpy as np
import pytest

from tfmling.alignment.links import one_to_one
from tfmling.probes.other_text import switch_words

SOURCE = ["the", "black", "cat", "sleeps"]
TARGET = ["le", "chat", "noir", "dort"]
# `sleeps` has two links, so neither it nor `dort` is one-to-one
LINKS = {(0, 0), (1, 2), (2, 1), (3, 3), (3, 1)}


def test_one_to_one():
    assert one_to_one(LINKS) == {(0, 0), (1, 2)}
    assert one_to_one(set()) == frozenset()


def test_words_are_replaced_in_place():
    words, replaced = switch_words(SOURCE, TARGET, LINKS, 1.0, np.random.default_rng(1))
    assert words == ["le", "noir", "cat", "sleeps"]
    assert replaced == [0, 1]


def test_a_share_of_what_can_be_replaced():
    links = {(n, n) for n in range(10)}
    source, target = [f"s{n}" for n in range(10)], [f"t{n}" for n in range(10)]
    words, replaced = switch_words(source, target, links, 0.3, np.random.default_rng(1))
    assert len(replaced) == 3
    assert [n for n in range(10) if words[n] == f"t{n}"] == replaced
    again = switch_words(source, target, links, 0.3, np.random.default_rng(1))
    assert again == (words, replaced)
    others = {tuple(switch_words(source, target, links, 0.3, np.random.default_rng(n))[1])
              for n in range(20)}  # fmt: skip
    assert len(others) > 5


def test_nothing_to_replace():
    assert switch_words(SOURCE, TARGET, LINKS, 0.0, np.random.default_rng(1)) == (SOURCE, [])
    assert switch_words(SOURCE, TARGET, [], 1.0, np.random.default_rng(1)) == (SOURCE, [])
    with pytest.raises(ValueError, match="expected 0 to 1, got 2"):
        switch_words(SOURCE, TARGET, LINKS, 2, np.random.default_rng(1))
