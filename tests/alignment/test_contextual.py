"""Word alignment from the vectors of pieces."""

import numpy as np
import pytest

from tfmling.alignment.contextual import ContextualAligner, WordVectors
from tfmling.alignment.settings import ContextualSettings
from tfmling.core import config

# source words: 0 of two pieces, 1 without a piece, 2 of one piece; targets: 0 and 1 of one piece
EAST, NORTH, WEST = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]
SOURCE = WordVectors(np.array([EAST, NORTH, WEST]), np.array([0, 0, 2]))
TARGET = WordVectors(np.array([NORTH, WEST]), np.array([0, 1]))


def aligner(**values):
    values = {"kind": "contextual", "encoder": "unused"} | values
    return ContextualAligner(config.build(ContextualSettings, values, "test", check_inputs=False))


def test_words_are_linked_if_any_of_their_pieces_are():
    assert aligner()(SOURCE, TARGET) == {(0, 0), (2, 1)}


def test_means_of_words():
    means = SOURCE.means()
    np.testing.assert_allclose(means.vector, [[0.5, 0.5], WEST])
    assert means.word.tolist() == [0, 2]
    assert aligner(unit="words")(SOURCE, TARGET) == {(0, 0), (2, 1)}


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ({"kind": "argmax"}, {(0, 0), (2, 1)}),
        # what is left: the first piece of word 0, as similar to both targets' words as can be
        ({"kind": "itermax"}, {(0, 0), (2, 1)}),
        ({"kind": "softmax", "threshold": 0.5}, {(0, 0), (2, 1)}),
        # dot products of target 1 are -1, 0, 1: shares .09, .24, .67; of piece 1: 1, 0: .73, .27
        # target 0 has 0, 1, 0: shares .21, .58, .21
        ({"kind": "softmax", "threshold": 0.23}, {(0, 0), (0, 1), (2, 1)}),
    ],
)
def test_by_each_method(links, expected):
    assert aligner(links=links)(SOURCE, TARGET) == expected


def test_sentences_without_pieces():
    nothing = WordVectors(np.zeros((0, 2)), np.zeros(0, np.int64))
    assert aligner()(nothing, TARGET) == frozenset()
    assert aligner(unit="words")(nothing, TARGET) == frozenset()
