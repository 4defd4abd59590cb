"""Composed and decomposed text is split into the same pieces by every tokenizer."""

import unicodedata

import pytest
import tensorflow as tf

from tests.sentence_piece import LINES, trained_model
from tfmling.records.schemas import sentence
from tfmling.text.words import split_words
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_tokenizer import compose
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

# Yoruba: ọ is one character, its tones are marks of their own; é is one character
COMPOSED = "Ọjọ́ dára, ilé!"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
PIECES = ("Ọ", "##j", "##ọ", "##\u0301", "dára", ",", "il", "##é", "!", "##e", "O", "d")
VOCABULARY = WordPieceVocabulary((*SPECIAL_PIECES, *PIECES), lowercase=False)
BY_HAND = [5, 6, 7, 8, 9, 10, 11, 12, 13]  # Ọ ##j ##ọ ##́ dára , il ##é !


def test_the_texts_differ() -> None:
    assert COMPOSED != DECOMPOSED
    assert len(DECOMPOSED) == len(COMPOSED) + 4  # two dots below, two acutes


@pytest.mark.parametrize("text", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
def test_word_pieces_by_hand(text: str) -> None:
    tokenizer = build_tokenizer(VOCABULARY)
    assert tokenizer(tf.constant([text])).to_list() == [BY_HAND]
    (words,) = tokenizer.words(tf.constant([text])).to_list()
    assert words == [[5, 6, 7, 8], [9], [10], [11, 12], [13]]


def test_words_and_pieces_without_tensorflow() -> None:
    assert split_words(DECOMPOSED, False) == ["Ọjọ\u0301", "dára", ",", "ilé", "!"]
    assert [VOCABULARY.piece_to_id(piece) for piece in VOCABULARY.tokenize(DECOMPOSED)] == BY_HAND


@pytest.mark.parametrize("normalization", ["nmt_nfkc", "identity"])
def test_sentence_piece(normalization: str) -> None:
    lines = (*LINES, COMPOSED, COMPOSED)
    vocabulary = SentencePieceVocabulary(trained_model(220, normalization, lines))
    tokenizer = build_tokenizer(vocabulary)
    composed, decomposed = tokenizer(tf.constant([COMPOSED, DECOMPOSED])).to_list()
    assert composed == decomposed
    assert vocabulary.unk_id not in composed
    assert vocabulary.tokenize(DECOMPOSED) == [vocabulary.pieces[number] for number in composed]
    assert vocabulary.normalize_word("Ọjọ\u0301") == vocabulary.normalize_word(
        "O\u0323jo\u0323\u0301"
    )


def test_in_the_graph_of_a_training() -> None:
    """Records that something else wrote need not be composed."""
    tokenizer = build_tokenizer(VOCABULARY)
    records = [sentence.encode(text, "yo") for text in (COMPOSED, DECOMPOSED)]
    batches = tf.data.Dataset.from_tensor_slices(records).batch(2).map(sentence.parse)
    (ids,) = [cut.to_list() for cut in batches.map(lambda texts: tokenizer(texts["text"]))]
    assert ids == [BY_HAND, BY_HAND]


def test_invalid_utf8_is_preserved() -> None:
    broken = [b"il\xff il\xc3", b"\xed\xa0\x80", b"", b"e\xcc\x81\xff e\xcc\x81"]
    kept = [*broken[:3], b"\xc3\xa9\xff \xc3\xa9"]
    assert compose(tf.constant(broken)).numpy().tolist() == kept
