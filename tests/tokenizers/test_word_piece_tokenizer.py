"""The tokenizer against text split by hand, eagerly, in graphs and in SavedModels."""

import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf

from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

PIECES = ("ha", "##ba", "##ri", "!", "za", "as", "##ubuhi", "กา", "##กา", "a", "##a")
VOCABULARY = WordPieceVocabulary((*SPECIAL_PIECES, *PIECES), lowercase=False)
PAD, UNK, CLS, SEP, _ = range(5)
HA, BA, RI, BANG, ZA, AS, UBUHI = range(5, 12)
TEXTS = ["habari za asubuhi!", "", "habari xyz za"]
IDS = [[HA, BA, RI, ZA, AS, UBUHI, BANG], [], [HA, BA, RI, UNK, ZA]]


@pytest.fixture(scope="module")
def tokenizer() -> WordPieceTokenizer:
    return WordPieceTokenizer(VOCABULARY)


def test_pieces(tokenizer: WordPieceTokenizer) -> None:
    ids = tokenizer(tf.constant(TEXTS))
    assert ids.dtype == tf.int32
    assert ids.to_list() == IDS


def test_words(tokenizer: WordPieceTokenizer) -> None:
    assert tokenizer.words(tf.constant(TEXTS)).to_list() == [
        [[HA, BA, RI], [ZA], [AS, UBUHI], [BANG]],
        [],
        [[HA, BA, RI], [UNK], [ZA]],
    ]


def test_continues_word(tokenizer: WordPieceTokenizer) -> None:
    assert tokenizer.continues_word.numpy().nonzero()[0].tolist() == [6, 7, 11, 13, 15]


def test_no_text_at_all(tokenizer: WordPieceTokenizer) -> None:
    nothing = tf.constant([], tf.string)
    assert tokenizer(nothing).to_list() == []
    assert tokenizer.words(nothing).to_list() == []


@pytest.mark.parametrize(("word", "pieces"), [("กา" * 50, 50), ("a" * 100, 100)])
def test_a_word_of_100_characters_is_split(
    tokenizer: WordPieceTokenizer, word: str, pieces: int
) -> None:
    (ids,) = tokenizer(tf.constant([word])).to_list()
    assert len(ids) == pieces
    assert UNK not in ids


@pytest.mark.parametrize("word", ["กา" * 50 + "a", "a" * 101])
def test_a_word_of_101_characters_is_unknown(tokenizer: WordPieceTokenizer, word: str) -> None:
    text = f"habari {word}! za {word} asubuhi"
    expected = [HA, BA, RI, UNK, BANG, ZA, UNK, AS, UBUHI]
    assert tokenizer(tf.constant([TEXTS[0], text, word])).to_list() == [IDS[0], expected, [UNK]]


def test_the_same_in_a_graph_and_in_tf_data(tokenizer: WordPieceTokenizer) -> None:
    compiled = tf.function(tokenizer, input_signature=[tf.TensorSpec([None], tf.string)])
    assert compiled(tf.constant(TEXTS)).to_list() == IDS
    dataset = tf.data.Dataset.from_tensor_slices(TEXTS).batch(2).map(tokenizer)
    assert [ids for batch in dataset for ids in batch.to_list()] == IDS


def test_a_saved_model_needs_no_vocabulary_file(
    tokenizer: WordPieceTokenizer, tmp_path: Path
) -> None:
    module = tf.Module()
    module.cut = tf.function(tokenizer, input_signature=[tf.TensorSpec([None], tf.string)])
    tf.saved_model.save(module, str(tmp_path / "model"))
    program = (
        "import sys, tensorflow as tf, tensorflow_text\n"
        f"ids = tf.saved_model.load('model').cut(tf.constant({TEXTS!r}))\n"
        "assert 'tfmling' not in sys.modules\n"
        "print(ids.to_list())\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == str(IDS)


def test_pack_one_segment(tokenizer: WordPieceTokenizer) -> None:
    packed = tokenizer.pack(tf.ragged.constant(IDS, dtype=tf.int32), max_length=6)
    assert {name: value.numpy().tolist() for name, value in packed.items()} == {
        "input_word_ids": [
            [CLS, HA, BA, RI, ZA, SEP],
            [CLS, SEP, PAD, PAD, PAD, PAD],
            [CLS, HA, BA, RI, UNK, SEP],
        ],
        "input_mask": [[1] * 6, [1, 1, 0, 0, 0, 0], [1] * 6],
        "input_type_ids": [[0] * 6] * 3,
    }
    assert {value.dtype for value in packed.values()} == {tf.int32}


def test_pack_two_segments_truncates_the_longer_one(tokenizer: WordPieceTokenizer) -> None:
    first = tf.ragged.constant([[HA, BA, RI, ZA], [HA, BA, RI, ZA], [HA]], dtype=tf.int32)
    second = tf.ragged.constant([[AS], [AS, UBUHI, ZA, ZA], []], dtype=tf.int32)
    packed = tokenizer.pack(first, 8, second)
    assert packed["input_word_ids"].numpy().tolist() == [
        [CLS, HA, BA, RI, ZA, SEP, AS, SEP],  # 4 + 1 pieces fit into 8 - 3
        [CLS, HA, BA, RI, SEP, AS, UBUHI, SEP],  # 4 + 4 become 3 + 2
        [CLS, HA, SEP, SEP, PAD, PAD, PAD, PAD],
    ]
    assert packed["input_type_ids"].numpy().tolist() == [
        [0, 0, 0, 0, 0, 0, 1, 1],
        [0, 0, 0, 0, 0, 1, 1, 1],
        [0, 0, 0, 1, 0, 0, 0, 0],
    ]
    assert packed["input_mask"].numpy().sum(axis=1).tolist() == [8, 8, 4]


def test_pack_rejects_a_length_without_room(tokenizer: WordPieceTokenizer) -> None:
    ids = tf.ragged.constant(IDS, dtype=tf.int32)
    with pytest.raises(ValueError, match="expected max_length >= 5 for 2 segments, got 4"):
        tokenizer.pack(ids, 4, ids)
