"""Samples: seeds decide, ranges that do not meet share nothing, smaller ones lie in larger ones."""

import pytest

from tfmling.corpora.annotated.annotated_corpus import Sample, draw
from tfmling.corpora.corpus import CorpusError

ITEMS = list(range(100))


def test_ranges_of_one_seed_divide_the_items():
    parts = [draw(ITEMS, Sample(skip=skip, count=count), "x") for skip, count in
             ((0, 20), (20, 30), (50, None))]  # fmt: skip
    assert [len(part) for part in parts] == [20, 30, 50]
    assert sorted(number for part in parts for number in part) == ITEMS
    assert all(part == sorted(part) for part in parts)
    assert parts[0] != ITEMS[:20]


def test_a_smaller_sample_lies_in_a_larger_one_and_seeds_differ():
    small, large = (draw(ITEMS, Sample(seed=3, count=count), "x") for count in (10, 40))
    assert set(small) < set(large)
    assert draw(ITEMS, Sample(seed=4, count=10), "x") != small


def test_too_few_are_named():
    with pytest.raises(CorpusError, match=r"a\.txt: expected at least 101 sentences .*, got 100"):
        draw(ITEMS, Sample(skip=61, count=40), "a.txt")
    with pytest.raises(CorpusError, match="at least 101"):
        draw(ITEMS, Sample(skip=100), "a.txt")


def test_a_corpus_draws_from_what_was_drawn(write, tagged):
    path = write("a.txt", "".join(f"w{n} O\n\n" for n in range(20)))
    half = [{"skip": 10}]
    first, counts = tagged(format="conll", path=path, language="sw", sample=half).read_all()
    then = [*half, {"seed": 7, "count": 4}]
    second, _ = tagged(format="conll", path=path, language="sw", sample=then).read_all()
    assert (len(first), len(second)) == (10, 4)
    assert set(second) < set(first)
    assert not counts
