"""Trimming by hand: used pieces are kept in order and split words as before."""

import gzip

import pytest

from tfmling.text.words import split_words
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.trimming import trim_vocabulary

PIECES = ("a", "##a", "##b", "b", "ab", "##ab", "abab", "ba", "##bab")
VOCABULARY = WordPieceVocabulary((*SPECIAL_PIECES, *PIECES), lowercase=False)
COUNTS = {"en": {"abab": 3, "ababab": 1}, "sw": {"baab": 2}}


def test_used_pieces_and_characters_are_kept_in_order():
    kept = trim_vocabulary(VOCABULARY, COUNTS, min_uses=1)
    assert kept.pieces == (*SPECIAL_PIECES, "a", "##a", "##b", "b", "##ab", "abab", "ba")
    assert not kept.lowercase


def test_rare_pieces_are_split_and_nothing_becomes_unknown():
    kept = trim_vocabulary(VOCABULARY, COUNTS, min_uses=3)
    assert "ba" not in kept
    assert kept.tokenize_word("baab") == ["b", "##a", "##ab"]


@pytest.mark.parametrize("language", ["amh", "swa", "deu"])
def test_real_words_are_split_as_before(shared_data, language):
    path = shared_data / "vocab" / "bert_multi_cased.txt.gz"
    vocabulary = WordPieceVocabulary.read(str(path), lowercase=False)
    with gzip.open(shared_data / "ntrex" / f"newstest2019-ref.{language}.txt.gz", "rt") as file:
        words = [word for line in file for word in split_words(line.strip(), False)]
    kept = trim_vocabulary(vocabulary, {language: dict.fromkeys(words, 1)}, min_uses=1)
    assert len(kept) < len(vocabulary) / 3
    before, after = vocabulary.tokenize_word, kept.tokenize_word
    assert all(before(word) == after(word) for word in words)
