"""Learned pieces can spell the words they were learned from, and fit them well."""

import random
from typing import Any

import pydantic
import pytest

from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    VocabularyError,
    WordPieceVocabulary,
)
from tfmling.vocab import learners
from tfmling.vocab.settings import Learner

COUNTS = {
    "habari": 40, "asubuhi": 30, "hatari": 7, "asali": 6, "habitat": 3, "subira": 3, "sura": 2,
    "za": 25, "ya": 30, "ha": 2, "ari": 2, ".": 50,
}  # fmt: skip
# as they stand at the beginning of a word or within one
CHARACTERS = {"##a", "##b", "##h", "##i", "##l", "##r", "##s", "##t", "##u",
              ".", "a", "h", "s", "y", "z"}  # fmt: skip


def learn_pieces(*arguments: Any) -> list[str]:
    """The pieces in their order."""
    return list(learners.learn_pieces(*arguments))


def learner(kind: str, **values: object) -> Learner:
    return pydantic.TypeAdapter(Learner).validate_python({"kind": kind, **values})


@pytest.fixture(params=["bpe", "unigram"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def test_characters_come_first_and_frequent_words_are_pieces(kind: str) -> None:
    pieces = learn_pieces(COUNTS, learner(kind, vocabulary_size=35))
    assert set(pieces[: len(CHARACTERS)]) == CHARACTERS
    assert {"habari", "asubuhi", "za", "ya"} <= set(pieces)
    assert len(pieces) == len(set(pieces)) <= 35
    assert not {"", "##", "▁", "##▁"} & set(pieces)


def test_all_words_can_be_spelled(kind: str) -> None:
    pieces = learn_pieces(COUNTS, learner(kind, vocabulary_size=20))
    vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, *pieces), lowercase=False)
    assert all("[UNK]" not in vocabulary.tokenize_word(word) for word in COUNTS)


def test_the_first_merges_by_hand() -> None:
    # "a" begins 15 words, "ab" 14 of them, "abc" 4 and "xa" 3: they are merged in this order
    counts = {"ab": 10, "abc": 4, "xa": 3, "ad": 1}
    pieces = learn_pieces(counts, learner("bpe", vocabulary_size=8))
    assert pieces == ["##a", "##b", "##c", "##d", "a", "x", "ab", "abc"]


def test_the_order_of_the_words_does_not_matter(kind: str) -> None:
    draw = random.Random(3)
    words = ["".join(draw.choices("abcdef", k=draw.randint(2, 6))) for _ in range(200)]
    counts = {word: draw.choice((1, 2, 3)) for word in words}
    shuffled = dict(draw.sample(sorted(counts.items()), len(counts)))
    settings = learner(kind, vocabulary_size=60)
    assert learn_pieces(shuffled, settings) == learn_pieces(counts, settings)


def test_rare_words_and_characters_are_ignored(kind: str) -> None:
    counts = {**COUNTS, "qori": 1, "ñandu": 8}
    every = learn_pieces(counts, learner(kind, vocabulary_size=40, character_coverage=1.0))
    assert {"q", "ñ"} <= set(every)
    frequent = learn_pieces(
        counts, learner(kind, vocabulary_size=40, character_coverage=1.0, min_count=2)
    )
    assert "q" not in frequent
    assert "ñ" in frequent
    # of 783 characters a coverage of 0.97 may leave out 23: o and q (1 each), l (6), ñ (8)
    common = learn_pieces(counts, learner(kind, vocabulary_size=40, character_coverage=0.97))
    assert not {"q", "ñ", "##l"} & set(common)
    assert "##d" not in common  # ñandu cannot be written any more, and nothing else has a d
    assert "##t" in common


def test_the_marker_of_sentencepiece_is_no_piece(kind: str) -> None:
    pieces = learn_pieces({**COUNTS, "▁": 50, "ha▁ba": 50}, learner(kind, vocabulary_size=40))
    assert not any("▁" in piece for piece in pieces)


def test_too_many_characters(kind: str) -> None:
    with pytest.raises(VocabularyError, match="size 14 is too small for the 15 characters"):
        learn_pieces(COUNTS, learner(kind, vocabulary_size=14))


def test_no_words(kind: str) -> None:
    with pytest.raises(VocabularyError, match="no word occurs 51 times"):
        learn_pieces(COUNTS, learner(kind, min_count=51))


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_an_alphabet_contributes_only_characters(kind: str) -> None:
    alphabet = {**COUNTS, "ሰላም": 1}
    pieces = learn_pieces(
        COUNTS, learner(kind, vocabulary_size=40, character_coverage=1.0), alphabet
    )
    assert {"ሰ", "##ላ", "##ም"} <= set(pieces)
    plain = learn_pieces(COUNTS, learner(kind, vocabulary_size=40, character_coverage=1.0))
    assert [piece for piece in pieces if piece in plain][:20] == plain[:20]
    assert not [piece for piece in pieces if piece not in plain and len(piece.strip("#")) > 1]
