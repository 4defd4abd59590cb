"""Embeddings from a dictionary, by hand."""

from pathlib import Path

import numpy as np
import pytest

from tfmling.core.files import NotUtf8Error
from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    VocabularyError,
    WordPieceVocabulary,
)
from tfmling.vocab.dictionary_init import DictionaryInitializer, Entry, read_dictionary
from tfmling.vocab.embedding_init import SubwordMeanInitializer

OLD = WordPieceVocabulary(
    (*SPECIAL_PIECES, "dog", "good", "morn", "##ing", "k", "##a"), lowercase=True
)
NEW = ["mbwa", "asub", "##uhi", "ka"]
DOG, GOOD, MORN, ING, K, A = np.eye(6, dtype=np.float32)
TABLE = np.concatenate([np.zeros((5, 6), np.float32), np.eye(6, dtype=np.float32)])


def test_embeddings_by_hand() -> None:
    entries = [
        Entry("Mbwa", "dog", 3.0),
        Entry("mbwa", "good"),
        Entry("asubuhi", "morning"),
        Entry("asubuhi mbwa", "good"),
        Entry("mbwa", "cat"),  # the base cannot write it: of no use
    ]
    rows = DictionaryInitializer(entries)(NEW, OLD, TABLE, seed=1)
    # a word by itself: 3 parts dog, 1 part good; the phrase that it is in does not count
    np.testing.assert_allclose(rows[0], (3 * DOG + GOOD) / 4)
    # asub and ##uhi: 1/2 of morn ##ing, 1/3 of good
    morning = (MORN + ING) / 2
    np.testing.assert_allclose(rows[1], (morning / 2 + GOOD / 3) / (5 / 6), rtol=1e-6)
    np.testing.assert_array_equal(rows[1], rows[2])
    # in no entry: the mean of its old pieces
    np.testing.assert_array_equal(rows[3], (K + A) / 2)


def test_without_entries_embeddings_are_subword_means() -> None:
    expected = SubwordMeanInitializer()(NEW, OLD, TABLE, 1)
    np.testing.assert_array_equal(DictionaryInitializer([])(NEW, OLD, TABLE, 1), expected)


def test_reading(tmp_path: Path) -> None:
    path = tmp_path / "sw-en.tsv"
    path.write_text("mbwa\tdog\nasubuhi njema\tgood morning\t0.5\r\n\n", encoding="utf-8")
    found = read_dictionary(str(path))
    assert found == [Entry("mbwa", "dog"), Entry("asubuhi njema", "good morning", 0.5)]


def test_a_byte_order_mark_is_no_part_of_a_word(tmp_path: Path) -> None:
    path = tmp_path / "sw-en.tsv"
    path.write_text("mbwa\tdog\n", encoding="utf-8-sig")
    assert read_dictionary(str(path)) == [Entry("mbwa", "dog")]


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "yo-en.tsv"
    path.write_bytes("aja\tdog\nọ̀rẹ́\tfriend\n".encode() + "é\tone\n".encode("latin-1"))
    with pytest.raises(NotUtf8Error, match=r"yo-en\.tsv:3: expected UTF-8, got b'\\xe9"):
        read_dictionary(str(path))


@pytest.mark.parametrize(
    "line", ["mbwa", "mbwa dog", "mbwa\t", "a\tb\t0", "a\tb\tnan", "a\tb\tc\td"]
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "sw-en.tsv"
    path.write_text(f"mbwa\tdog\n{line}\n")
    with pytest.raises(VocabularyError, match=r"sw-en\.tsv:2: expected a word, a tab, its transl"):
        read_dictionary(str(path))


def test_an_empty_dictionary_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "sw-en.tsv").write_text("\n")
    with pytest.raises(VocabularyError, match="got none"):
        read_dictionary(str(tmp_path / "sw-en.tsv"))
