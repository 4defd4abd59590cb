"""Gradient caching equals one pass over the batch: loss, metrics, gradients, dropout included."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny

RATE = 0.3


def _objective(dropout: float, chunk: int | None = 4):
    encoder = tiny.tiny_encoder(dropout=dropout)
    return tiny.dual_encoder(encoder, margin=0.2, scale=10.0, gradient_cache_batch_size=chunk)


def _weights(objective) -> list[tf.Variable]:
    return [variable.value for variable in objective.trainable_variables]


def _seed_states(objective) -> list[np.ndarray]:
    return [variable.numpy() for variable in _dropout_variables(objective)]


def _one_pass(objective, features):
    """Plain gradients: all activations of the batch on one tape."""
    with tf.GradientTape() as tape:
        loss, metrics = objective(features, training=True)
    gradients = tape.gradient(loss, _weights(objective), unconnected_gradients="zero")
    return loss, metrics, [tf.convert_to_tensor(gradient) for gradient in gradients]


def _one_pass_that_draws_by_chunk(objective, features):
    """The same, but dropout draws once per four pairs, like gradient caching in chunks of four."""
    with tf.GradientTape() as tape:
        parts = [
            objective.embed({k: v[start : start + 4] for k, v in features.items()}, training=True)
            for start in (0, 4, 8)
        ]
        loss, metrics = objective.compare(tf.concat(parts, axis=0), features)
    gradients = tape.gradient(loss, _weights(objective), unconnected_gradients="zero")
    return loss, metrics, [tf.convert_to_tensor(gradient) for gradient in gradients]


def _assert_equal(ours, theirs):
    assert float(ours[0]) == pytest.approx(float(theirs[0]), abs=1e-5)
    assert {k: float(v) for k, v in ours[1].items()} == pytest.approx(
        {k: float(v) for k, v in theirs[1].items()}, abs=1e-5
    )
    assert max(float(np.abs(gradient).max()) for gradient in theirs[2]) > 0.1
    for our, their in zip(ours[2], theirs[2], strict=True):
        np.testing.assert_allclose(our, their, atol=1e-5)


@pytest.mark.parametrize(
    ("dropout", "reference", "jit"),
    [
        (0.0, _one_pass, False),
        (RATE, _one_pass_that_draws_by_chunk, False),
        # XLA has its own random generator
        (RATE, _one_pass_that_draws_by_chunk, True),
    ],
)
def test_equals_one_pass(dropout, reference, jit):
    objective = _objective(dropout)
    features = tiny.features(objective, tiny.tiny_texts())
    states = _seed_states(objective)
    expected = tf.function(reference, jit_compile=jit)(objective, features)
    used = _seed_states(objective)
    for variable, state in zip(_dropout_variables(objective), states, strict=True):
        variable.assign(state)
    cached = tf.function(objective.gradients_in_parts, jit_compile=jit)
    _assert_equal(cached(features, _weights(objective)), expected)
    if dropout:  # the next step has new masks, as after a plain step
        np.testing.assert_array_equal(_seed_states(objective), used)
        again = cached(features, _weights(objective))
        assert abs(float(again[0]) - float(expected[0])) > 1e-3


def _dropout_variables(objective):
    return [v for v in objective.encoder.variables if v.name == "seed_generator_state"]


def test_batches_of_unknown_length():
    objective = _objective(0.0)
    features = tiny.features(objective, tiny.tiny_texts())
    weights = _weights(objective)
    step = tf.function(lambda bucketed: objective.gradients_in_parts(bucketed, weights))
    found = step.get_concrete_function(tiny.bucketed_spec(features))(features)
    _assert_equal(found, _one_pass(objective, features))


def test_chunk_must_divide_the_batch():
    objective = _objective(0.0, chunk=5)
    features = tiny.features(objective, tiny.tiny_texts())
    with pytest.raises(ValueError, match="gradient_cache_batch_size 5 does not divide the 12"):
        objective.gradients_in_parts(features, _weights(objective))
