"""Sides of translations as features, also where the length is known only when a batch comes."""

import tensorflow as tf

from tests.tiny import VOCABULARY
from tfmling.objectives.sides import ABSENT, pack_negatives
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer


def test_negatives_of_a_length_that_the_graph_does_not_know():
    tokenizer = WordPieceTokenizer(VOCABULARY)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.string), tf.TensorSpec([], tf.int32)])
    def packed(texts_bk: tf.Tensor, length: tf.Tensor) -> dict[str, tf.Tensor]:
        return pack_negatives(tokenizer, texts_bk, length)

    found = packed(tf.constant([["a b", ""], ["c", "b a"], ["", ""]]), tf.constant(5))
    a, b, c = 5, 6, 7  # the pieces behind the five special ones
    assert found["negative_input_word_ids"].numpy().tolist() == [
        [[2, a, b, 3, 0], [2, 3, 0, 0, 0]],
        [[2, c, 3, 0, 0], [2, b, a, 3, 0]],
        [[2, 3, 0, 0, 0]] * 2,
    ]
    assert (found["negative_key"].numpy() == ABSENT).tolist() == [
        [False, True], [False, False], [True, True],
    ]  # fmt: skip
