"""The encoder with TF Hub's common text API."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from export.encoder import flatten_outputs


@pytest.fixture(scope="module")
def model(exported):
    return tf.saved_model.load(str(Path(exported) / "encoder"))


def inputs_of(ids: list[list[int]]) -> dict[str, tf.Tensor]:
    word_ids = tf.constant(ids)
    mask = tf.cast(word_ids != 0, tf.int32)
    return {
        "input_word_ids": word_ids,
        "input_mask": mask,
        "input_type_ids": tf.zeros_like(word_ids),
    }


def test_outputs_equal_the_checkpoints(model, encoder):
    inputs = inputs_of([[2, 5, 6, 3], [2, 7, 3, 0]])
    expected, got = flatten_outputs(encoder(inputs)), flatten_outputs(model(inputs))
    assert got.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_allclose(got[name], array, atol=1e-5, err_msg=name)


def test_names_and_shapes(model):
    outputs = model(inputs_of([[2, 5, 6, 3, 0]]))
    assert outputs["default"].shape == (1, 16)
    assert outputs["pooled_output"].shape == (1, 16)
    assert outputs["sequence_output"].shape == (1, 5, 16)
    assert [state.shape.as_list() for state in outputs["encoder_outputs"]] == [[1, 5, 16]] * 2


def test_any_length_and_no_rows(model):
    for length in (2, 12):
        assert model(inputs_of([[2] * length]))["sequence_output"].shape == (1, length, 16)
    nothing = {name: ids[:0] for name, ids in inputs_of([[2, 3]]).items()}
    assert model(nothing)["default"].shape == (0, 16)


def test_signature_numbers_the_layers(model):
    inputs = inputs_of([[2, 5, 6, 3]])
    outputs = model.signatures["serving_default"](**inputs)
    assert outputs.keys() == {
        "default",
        "pooled_output",
        "sequence_output",
        "encoder_outputs_0",
        "encoder_outputs_1",
    }
    np.testing.assert_array_equal(outputs["encoder_outputs_1"], outputs["sequence_output"])
