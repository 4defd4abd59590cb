"""States of the pieces of words, against the encoder called by hand."""

import numpy as np
import pytest
import tensorflow as tf

from tests.tiny import tiny_encoder
from tfmling.evaluation.word_states import WordStates
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer

# `ab` has two pieces, `\u0001` none
SENTENCES = [["ab", "\u0001", "c"], ["d"], ["e", "fgh", "i", "j", "k"]]
PIECES = [[0, 0, 2], [0], [0, 1, 1, 1, 2, 3, 4]]


@pytest.fixture(scope="module")
def encoder():
    return tiny_encoder()


def test_states_are_those_of_the_sentence(encoder):
    found = list(WordStates(encoder, batch_size=2)(SENTENCES))
    tokenizer = WordPieceTokenizer(encoder.vocabulary)
    for words, pieces, layers in zip(SENTENCES, PIECES, found, strict=True):
        ids = tokenizer(tf.constant([" ".join(words)]))
        outputs = encoder(tokenizer.pack(ids, len(pieces) + 2))
        assert len(layers) == 2
        for own, expected in zip(layers, outputs["encoder_outputs"], strict=True):
            assert own.word.tolist() == pieces
            np.testing.assert_allclose(own.vector, expected[0, 1 : len(pieces) + 1], atol=1e-5)


def test_layers_in_the_order_asked_for(encoder):
    every = list(WordStates(encoder)(SENTENCES))
    chosen = list(WordStates(encoder, [2])(SENTENCES))
    for (_, last), (own,) in zip(every, chosen, strict=True):
        np.testing.assert_allclose(own.vector, last.vector, atol=1e-5)
    with pytest.raises(ValueError, match=r"expected 1 to 2, .* got \[0, 3\]"):
        WordStates(encoder, [0, 2, 3])


def test_what_is_too_long_is_left_out(encoder):
    (*_, layers) = WordStates(encoder, max_length=5)(SENTENCES)
    assert layers[0].word.tolist() == [0, 1, 1]
    assert layers[0].vector.shape == (3, 16)
