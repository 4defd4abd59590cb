"""Words to rows: labels on first pieces, in several scripts, with [UNK], and in windows."""

import numpy as np
import pytest

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.tagging.batches import stack_rows
from tfmling.tagging.rows import join_windows, word_rows
from tfmling.tagging.settings import TaggingInputs
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

PIECES = (
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "กรุง",
    "##เทพ",
    "สวย",
    "አዲስ",
    "አበባ",
    "##ን",
    ",",
)
IDS = {"O": 0, "B-LOC": 1, "I-LOC": 2}
UNK, CLS, SEP = 1, 2, 3


@pytest.fixture(scope="module")
def tokenizer():
    return WordPieceTokenizer(WordPieceVocabulary(PIECES, False))


def rows_of(tokenizer, *labelled, **settings):
    sentences = [
        TaggedSentence(tuple(w for w, _ in words), tuple(label for _, label in words), "x:1")
        for words in labelled
    ]
    return word_rows(sentences, tokenizer, IDS, TaggingInputs(**settings))


def test_thai_and_amharic_words_have_their_label_on_the_first_piece(tokenizer):
    thai = [("กรุงเทพ", "B-LOC"), ("สวย", "O")]
    amharic = [("አዲስ", "B-LOC"), ("አበባን", "I-LOC")]
    found = rows_of(tokenizer, thai, amharic).rows
    assert found[0]["input_word_ids"].tolist() == [CLS, 5, 6, 7, SEP]
    assert found[0]["token_labels"].tolist() == [-100, 1, -100, 0, -100]
    assert found[0]["word_positions"].tolist() == [1, 3]
    assert found[1]["input_word_ids"].tolist() == [CLS, 8, 9, 10, SEP]
    assert found[1]["token_labels"].tolist() == [-100, 1, 2, -100, -100]
    assert found[1]["borders"].tolist() == [1, 1]


def test_every_word_has_a_place_also_unknown_and_empty_ones(tokenizer):
    words = [("ቡና", "O"), ("\u200b", "O"), ("አበባ,ቡና", "B-LOC"), ("สวย", "O")]
    (row,) = rows_of(tokenizer, words).rows
    # an unknown word; nothing but a format character; a word of three: flower, comma, unknown
    assert row["input_word_ids"].tolist() == [CLS, UNK, UNK, 9, 11, UNK, 7, SEP]
    assert row["token_labels"].tolist() == [-100, 0, 0, 1, -100, -100, 0, -100]
    assert row["word_positions"].tolist() == [1, 2, 3, 6]


def test_a_long_sentence_becomes_windows_whose_labels_stand_once(tokenizer):
    words = [("กรุงเทพ", "B-LOC"), ("สวย", "O"), ("อ", "O"), ("กรุง", "B-LOC"), ("เทพ", "I-LOC")]
    found = rows_of(tokenizer, words, max_length=6, overlap=2)
    assert [row["input_word_ids"].tolist() for row in found.rows] == [
        [CLS, 5, 6, 7, UNK, SEP],
        [CLS, 7, UNK, 5, UNK, SEP],
    ]
    assert [row["token_labels"].tolist() for row in found.rows] == [
        [-100, 1, -100, 0, -100, -100],
        [-100, -100, 0, 1, 2, -100],
    ]
    assert [row["borders"].tolist() for row in found.rows] == [[1, 0], [0, 1]]
    assert [number for number, _ in found.places] == [0, 0]
    assert (found.windowed, found.shortened) == (1, 0)


def test_a_word_longer_than_a_window_is_counted(tokenizer):
    found = rows_of(tokenizer, [("อ,อ,อ,อ", "B-LOC")], max_length=5, overlap=0)
    assert found.rows[0]["input_word_ids"].tolist() == [CLS, UNK, 11, UNK, SEP]
    assert found.shortened == 1


def test_a_label_that_training_did_not_have_is_ignored(tokenizer):
    assert rows_of(tokenizer, [("สวย", "B-XXX")]).rows[0]["token_labels"].tolist() == [-100] * 3


def test_rows_are_filled_up_with_what_has_no_label(tokenizer):
    rows = rows_of(tokenizer, [("กรุงเทพ", "B-LOC")], [("สวย", "O"), ("สวย", "O")]).rows
    batch = stack_rows(rows, TaggingInputs(batch_size=3, max_length=128, length_step=3))
    assert batch["input_word_ids"].tolist() == [
        [CLS, 5, 6, SEP, 0, 0],
        [CLS, 7, 7, SEP, 0, 0],
        [0] * 6,
    ]
    assert batch["token_labels"][1].tolist() == [-100, 0, 0, -100, -100, -100]
    assert (batch["token_labels"][2] == -100).all()
    assert batch["word_positions"].tolist() == [[1, 0, 0], [1, 2, 0], [0, 0, 0]]
    assert batch["input_mask"].sum(axis=1).tolist() == [4, 4, 1]
    one_shape = stack_rows(
        rows, TaggingInputs(batch_size=3, max_length=8, overlap=0, length_step=None)
    )
    assert {name: a.shape for name, a in one_shape.items()} == {
        "input_word_ids": (3, 8), "input_mask": (3, 8), "input_type_ids": (3, 8),
        "token_labels": (3, 8), "word_positions": (3, 8), "borders": (3, 2),
    }  # fmt: skip
    assert all(array.dtype == np.int32 for array in batch.values())


def test_joined_windows_give_each_word_the_label_of_its_own_window(tokenizer):
    words = [("กรุงเทพ", "B-LOC"), ("สวย", "O"), ("อ", "O"), ("กรุง", "B-LOC"), ("เทพ", "I-LOC")]
    found = rows_of(tokenizer, words, [("สวย", "O")], max_length=6, overlap=2)
    # words 0 1 2 and 1 2 3 4, of which 0 1 and 2 3 4 count; then a sentence of one word; padding
    labels = [np.array(row) for row in ([10, 11, 12, 0], [21, 22, 23, 24], [30, 0, 0, 0])]
    assert join_windows(found, labels) == [[10, 11, 22, 23, 24], [30]]
