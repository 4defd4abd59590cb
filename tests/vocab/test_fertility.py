"""Pieces per word by hand, and equal tokenization with and without TensorFlow."""

import gzip
from pathlib import Path

import pytest
import tensorflow as tf

from tfmling.text.words import split_words
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer
from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    VocabularyError,
    WordPieceVocabulary,
)
from tfmling.vocab.fertility import measure_fertility

SMALL = WordPieceVocabulary(
    (*SPECIAL_PIECES, "ha", "##ba", "##ri", "za", "กา", "##กา"), lowercase=False
)


def test_fertility_by_hand() -> None:
    # habari is 3 pieces, za 1, xyz unknown: 3 * 3 + 1 * 1 + 2 * 1 = 12 pieces of 6 words
    fertility = measure_fertility(SMALL, {"habari": 3, "za": 1, "xyz": 2})
    assert fertility.pieces_per_word == 2.0
    assert fertility.unknown_rate == pytest.approx(2 / 6)


def test_no_words() -> None:
    with pytest.raises(VocabularyError, match="got none"):
        measure_fertility(SMALL, {})


def test_the_limit_of_a_word() -> None:
    assert SMALL.tokenize_word("กา" * 50) == ["กา"] + ["##กา"] * 49
    assert SMALL.tokenize_word("กา" * 51) == ["[UNK]"]


def test_words_are_split_as_the_tokenizer_splits_text(shared_data: Path) -> None:
    text = gzip.decompress((shared_data / "tatoeba/tatoeba.swh-eng.swh.gz").read_bytes()).decode()
    words = sorted(set(split_words(text, lowercase=False)))
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = [*letters, *"KMW.,?!", *(f"##{letter}" for letter in letters)]
    vocabulary = WordPieceVocabulary(
        (*SPECIAL_PIECES, *pieces, "wa", "##ku", "##na"), lowercase=False
    )
    expected = [
        [vocabulary.piece_to_id(piece) for piece in vocabulary.tokenize_word(word)]
        for word in words
    ]
    assert WordPieceTokenizer(vocabulary)(tf.constant(words)).to_list() == expected
    assert any(vocabulary.unk_id in ids for ids in expected)
