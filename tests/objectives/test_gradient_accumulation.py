"""Gradient accumulation equals one pass over the batch: loss, metrics, gradients, clipping."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.training.settings import Optimizer


@pytest.fixture(scope="module")
def encoder():
    return tiny.tiny_encoder(dropout=0.0)


def _objective(encoder, **changes):
    return tiny.masked_lm(encoder, next_sentence=True, **changes)


def _weights(objective):
    return [variable.value for variable in objective.trainable_variables]


def _one_pass(objective, features):
    weights = _weights(objective)
    with tf.GradientTape() as tape:
        loss, metrics = objective(features, training=True)
    gradients = tape.gradient(loss, weights, unconnected_gradients="zero")
    return loss, metrics, [tf.convert_to_tensor(gradient) for gradient in gradients]


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("parts", [3, 12])
def test_equals_one_pass(encoder, parts, jit):
    objective = _objective(encoder, gradient_accumulation_steps=parts)
    features = tiny.features(objective, tiny.tiny_texts())
    # parts have different numbers of predictions, so a mean of means would differ
    assert len({float(w) for w in tf.reduce_sum(features["masked_lm_weights"], axis=1)}) > 1
    expected = _one_pass(objective, features)
    function = tf.function(objective.gradients_in_parts, jit_compile=jit)
    found = function(features, _weights(objective))
    assert float(found[0]) == pytest.approx(float(expected[0]), abs=1e-5)
    assert list(found[1]) == list(expected[1])
    for name, value in expected[1].items():
        assert float(found[1][name]) == pytest.approx(float(value), abs=1e-5)
    assert max(float(np.abs(gradient).max()) for gradient in expected[2]) > 0.1
    for ours, theirs in zip(found[2], expected[2], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_batches_of_unknown_length():
    objective = tiny.masked_lm(tiny.tiny_encoder(num_layers=1), gradient_accumulation_steps=3)
    features = tiny.features(objective, tiny.tiny_texts())
    weights = _weights(objective)
    step = tf.function(lambda bucketed: objective.gradients_in_parts(bucketed, weights))
    found = step.get_concrete_function(tiny.bucketed_spec(features))(features)
    expected = _one_pass(objective, features)
    assert float(found[0]) == pytest.approx(float(expected[0]), abs=1e-5)
    for ours, theirs in zip(found[2], expected[2], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_dropout_differs_between_parts():
    encoder = tiny.tiny_encoder(dropout=0.5)
    objective = _objective(encoder, gradient_accumulation_steps=2)
    features = tiny.features(objective, tiny.tiny_texts())
    twice = {name: tf.concat([tensor[:6], tensor[:6]], axis=0) for name, tensor in features.items()}
    before = [v.numpy() for v in encoder.variables if v.name == "seed_generator_state"]
    objective.gradients_in_parts(twice, _weights(objective))
    after = [v.numpy() for v in encoder.variables if v.name == "seed_generator_state"]
    # each used counter advances in both parts
    drawn = [int(new[1]) - int(old[1]) for old, new in zip(before, after, strict=True)]
    assert max(drawn) > 0
    assert all(count % 2 == 0 for count in drawn)


def test_the_trainer_clips_the_sum():
    weights = []
    for parts in (1, 4):
        encoder = tiny.tiny_encoder(dropout=0.0, seed=3)
        objective = _objective(encoder, gradient_accumulation_steps=parts)
        features = tiny.features(objective, tiny.tiny_texts())
        settings = Optimizer(learning_rate=0.1, clip_norm=0.01, epsilon=0.1)
        trainer = tiny.trainer(objective, features, settings)
        metrics = trainer.train(tf.constant(3))
        assert float(metrics["gradient_norm"]) > 0.1  # clipped to less than a tenth
        weights.append([variable.numpy() for variable in trainer.trained])
    for ours, theirs in zip(*weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_parts_must_divide_the_batch(encoder):
    objective = _objective(encoder, gradient_accumulation_steps=5)
    features = tiny.features(objective, tiny.tiny_texts())
    with pytest.raises(
        ValueError, match=r"gradient_accumulation_steps 5 of task mlm does not divide the 12"
    ):
        objective.gradients_in_parts(features, _weights(objective))
