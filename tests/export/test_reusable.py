"""The interface that fine-tuning needs: variables, gradients, `training`."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

TEXTS = ["habari", "good morning"]


@pytest.fixture
def model(exported):
    return tf.saved_model.load(str(Path(exported) / "sentence_encoder"))


def test_variables_are_the_encoders(model, encoder):
    assert len(model.trainable_variables) == len(encoder.trainable_variables)
    assert len(model.variables) == len(encoder.variables)
    loaded = {id(variable) for variable in model.variables}
    assert all(id(variable) in loaded for variable in model.trainable_variables)
    np.testing.assert_array_equal(model.trainable_variables[0], encoder.trainable_variables[0])
    assert list(model.regularization_losses) == []


def test_training_drops_out_and_inference_does_not(model):
    np.testing.assert_array_equal(model(TEXTS), model(TEXTS, training=False))
    first, second = model(TEXTS, training=True), model(TEXTS, training=True)
    assert np.abs(first - model(TEXTS)).max() > 1e-3
    assert np.abs(first - second).max() > 1e-3


def test_gradient_steps_lower_a_loss(model):
    before = _distance(model).numpy()
    for _ in range(5):
        with tf.GradientTape() as tape:
            loss = _distance(model)
        gradients = tape.gradient(loss, list(model.trainable_variables))
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
            if gradient is not None:  # the pooler has none: this encoder takes the mean
                variable.assign_sub(0.1 * tf.convert_to_tensor(gradient))
    assert _distance(model).numpy() < before - 0.01


def _distance(model) -> tf.Tensor:
    """1 - cosine of two sentences."""
    vectors_BD = model(TEXTS, training=False)
    return 1 - tf.reduce_sum(vectors_BD[0] * vectors_BD[1])


def test_a_trained_model_can_be_saved_again(model, tmp_path):
    model.trainable_variables[0].assign_add(tf.ones_like(model.trainable_variables[0]))
    tf.saved_model.save(model, str(tmp_path / "again"))
    again = tf.saved_model.load(str(tmp_path / "again"))
    np.testing.assert_allclose(again(TEXTS), model(TEXTS), atol=1e-6)


def test_the_vocabulary_is_an_asset(model, encoder):
    path = model.vocab_file.asset_path.numpy().decode()
    assert (
        tuple(Path(path).read_text(encoding="utf-8").split("\n")[:-1]) == encoder.vocabulary.pieces
    )
    assert model.do_lower_case.numpy()
