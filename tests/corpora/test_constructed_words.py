import random

import pytest

from tfmling.corpora.constructed.languages import WordMaker


def test_no_word_begins_with_another():
    maker = WordMaker(["ba", "b", "ab"], random.Random(1))
    words = [maker.invent([2, 3, 4]) for _ in range(8)]
    for word in words:
        assert [other for other in words if other.startswith(word)] == [word]


def test_words_that_run_out_are_an_error():
    maker = WordMaker(["ka", "to"], random.Random(1))
    maker.lexicon("abcd", [2])  # kaka kato toka toto
    with pytest.raises(ValueError, match=r"no new word of \[2, 3\] syllables .* after 4 words"):
        maker.invent([2, 3])


def test_a_lexicon_gives_each_concept_its_own_word():
    maker = WordMaker(["ka", "to", "mi"], random.Random(1))
    lexicon = maker.lexicon(["dog", "cat", "bird"], [2])
    assert list(lexicon) == ["dog", "cat", "bird"]
    assert len(set(lexicon.values())) == 3
    assert all(len(word) == 4 for word in lexicon.values())
