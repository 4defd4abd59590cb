"""Sentences that share a row have the states that they have alone."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny

NAMES = ("input_word_ids", "input_mask", "input_type_ids")


@pytest.fixture(scope="module")
def encoder():
    return tiny.tiny_encoder()


@pytest.fixture
def inputs() -> dict[str, np.ndarray]:
    """Two rows: 5 and 3 tokens; 4 tokens and padding."""
    ids = [[2, 7, 8, 9, 3, 2, 10, 3], [2, 11, 12, 3, 0, 0, 0, 0]]
    return {
        "input_word_ids": np.array(ids, np.int32),
        "input_mask": (np.array(ids) > 0).astype(np.int32),
        "input_type_ids": np.array([[0, 0, 1, 1, 1, 0, 0, 0], [0] * 8], np.int32),
        "input_sentence_ids": np.array([[1] * 5 + [2] * 3, [1] * 4 + [0] * 4], np.int32),
        "input_positions": np.array([[0, 1, 2, 3, 4, 0, 1, 2], [*range(8)]], np.int32),
    }


def _alone(encoder, inputs, row: int, places: slice) -> np.ndarray:
    one = {name: inputs[name][row : row + 1, places] for name in NAMES}
    return encoder(one)["sequence_output"][0].numpy()


@pytest.mark.parametrize(("row", "places"), [(0, slice(0, 5)), (0, slice(5, 8)), (1, slice(0, 4))])
def test_each_sentence_of_a_row_has_the_states_it_has_alone(encoder, inputs, row, places):
    together = encoder(inputs)["sequence_output"][row, places].numpy()
    np.testing.assert_allclose(together, _alone(encoder, inputs, row, places), atol=1e-5)
    assert np.isfinite(encoder(inputs)["sequence_output"]).all()


@pytest.mark.parametrize("name", ["input_positions", "input_sentence_ids"])
def test_either_alone_is_not_enough(encoder, inputs, name):
    del inputs[name]
    together = encoder(inputs)["sequence_output"][0, 5:].numpy()
    assert np.abs(together - _alone(encoder, inputs, 0, slice(5, 8))).max() > 1e-2


def test_positions_that_count_up_change_nothing(encoder, inputs):
    plain = {name: inputs[name] for name in NAMES}
    placed = plain | {"input_positions": np.array([[*range(8)]] * 2, np.int32)}
    np.testing.assert_allclose(
        encoder(placed)["sequence_output"][0], encoder(plain)["sequence_output"][0], atol=1e-6
    )


def test_gradients_reach_every_weight(encoder, inputs):
    with tf.GradientTape() as tape:
        states = encoder(inputs)
        loss = tf.reduce_sum(states["sequence_output"] ** 3) + tf.reduce_sum(
            states["pooled_output"]
        )
    variables = [variable.value for variable in encoder.backbone.trainable_variables]
    assert all(gradient is not None for gradient in tape.gradient(loss, variables))


def test_states_at_positions_attend_to_their_sentence(encoder, inputs):
    positions = tf.constant([[1, 6], [0, 3]])
    whole = tf.gather(encoder(inputs)["sequence_output"], positions, batch_dims=1)
    asked = encoder.at_positions(inputs, positions)["states"]
    np.testing.assert_allclose(asked, whole, atol=1e-5)
