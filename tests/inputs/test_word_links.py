"""Words to positions of their last pieces, and links to pairs of positions."""

import numpy as np
import tensorflow as tf

from tests.tiny import VOCABULARY
from tfmling.inputs.word_links import last_pieces, linked_pieces, pieces_of_words, read_links
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer

# every letter is a piece of the tiny vocabulary: "abc" is a ##b ##c
PIECES = pieces_of_words(WordPieceTokenizer(VOCABULARY), tf.constant(["abc d ef", "a"]))


def test_word_is_represented_by_its_last_piece():
    # [CLS] a ##b ##c d e ##f [SEP]
    np.testing.assert_array_equal(last_pieces(PIECES, 8), [[3, 4, 6], [1, -1, -1]])


def test_word_with_truncated_last_piece_is_dropped():
    # [CLS] a ##b ##c d e [SEP]
    np.testing.assert_array_equal(last_pieces(PIECES, 7)[0], [3, 4, -1])


def test_word_without_pieces_is_dropped():
    pieces = pieces_of_words(WordPieceTokenizer(VOCABULARY), tf.constant(["a \u200b b"]))
    np.testing.assert_array_equal(last_pieces(pieces, 8), [[1, -1, 2]])


def test_links_are_parsed_and_padded():
    found = read_links(tf.constant(["0-2 10-1", "", "3-4 5-6 7-8 9-9"]), 3)
    assert found.dtype == tf.int32
    np.testing.assert_array_equal(found[0], [[0, 2], [10, 1], [-1, -1]])
    np.testing.assert_array_equal(found[1], [[-1, -1]] * 3)
    np.testing.assert_array_equal(found[2], [[3, 4], [5, 6], [7, 8]])


def test_links_to_missing_pieces_are_dropped():
    links = read_links(tf.constant(["0-2 2-0 1-1", "0-0 1-1"]), 4)
    source, target, weights = linked_pieces(
        links, tf.constant([[3, 4, 6], [-1, 2, -1]]), tf.constant([[2, -1, 5], [1, 4, -1]])
    )
    np.testing.assert_array_equal(source, [[3, 6, 0, 0], [0, 2, 0, 0]])
    np.testing.assert_array_equal(target, [[5, 2, 0, 0], [0, 4, 0, 0]])
    np.testing.assert_array_equal(weights, [[1, 1, 0, 0], [0, 1, 0, 0]])
