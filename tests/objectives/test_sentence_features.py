"""Sentence features, also if the length is known only at run time."""

import tensorflow as tf

from tests.tiny import VOCABULARY
from tfmling.objectives.sentence_features import MISSING, pack_negatives
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer


def test_hard_negatives_of_unknown_length():
    tokenizer = WordPieceTokenizer(VOCABULARY)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.string), tf.TensorSpec([], tf.int32)])
    def packed(texts_bk: tf.Tensor, length: tf.Tensor) -> dict[str, tf.Tensor]:
        return pack_negatives(tokenizer, texts_bk, length)

    found = packed(tf.constant([["a b", ""], ["c", "b a"], ["", ""]]), tf.constant(5))
    a, b, c = 5, 6, 7  # ids after the five special pieces
    assert found["negative_input_word_ids"].numpy().tolist() == [
        [[2, a, b, 3, 0], [2, 3, 0, 0, 0]],
        [[2, c, 3, 0, 0], [2, b, a, 3, 0]],
        [[2, 3, 0, 0, 0]] * 2,
    ]
    assert (found["negative_key"].numpy() == MISSING).tolist() == [
        [False, True], [False, False], [True, True],
    ]  # fmt: skip
