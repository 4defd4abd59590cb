"""Chunked cross-entropy equals the plain one: losses, gradients, accuracy."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.modeling.heads import read_weights
from tfmling.objectives.chunked_softmax import chunked_cross_entropy

PIECES, WIDTH = 37, 8


def _inputs(dtype=tf.float32):
    hidden = tf.random.stateless_normal((12, WIDTH), (1, 2))
    table = tf.random.stateless_normal((PIECES, WIDTH), (3, 4))
    bias = tf.random.stateless_normal((PIECES,), (5, 6))
    labels = tf.random.stateless_uniform((12,), (7, 8), maxval=PIECES, dtype=tf.int32)
    best = tf.argmax(tf.linalg.matvec(table, hidden[0]) + bias, output_type=tf.int32)
    labels = tf.concat([[best], labels[1:]], axis=0)  # makes one guess correct
    return tf.cast(hidden, dtype), table, bias, labels


def _plain(hidden, table, bias, labels):
    products = tf.einsum("nd,vd->nv", hidden, tf.cast(table, hidden.dtype))
    logits = tf.cast(products, tf.float32) + bias
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return losses, tf.argmax(logits, axis=-1, output_type=tf.int32) == labels


def _with_gradients(function, inputs):
    hidden, table, bias, labels = inputs
    with tf.GradientTape() as tape:
        tape.watch((hidden, table, bias))
        losses, right = function(hidden, table, bias, labels)
        total = tf.reduce_sum(losses * tf.range(12.0))
    return losses, right, *tape.gradient(total, (hidden, table, bias))


# chunks that divide 37 and that do not: one piece, all pieces, more than all
@pytest.mark.parametrize("size", [1, 5, 10, 36, 37, 100])
def test_equals_plain_cross_entropy(size):
    inputs = _inputs()
    expected = _with_gradients(_plain, inputs)
    found = _with_gradients(lambda *given: chunked_cross_entropy(*given, size), inputs)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_compiled_and_large_logits():
    hidden, table, bias, labels = _inputs()
    inputs = (hidden * 50.0, table, bias, labels)  # exp overflows
    function = tf.function(lambda *given: chunked_cross_entropy(*given, 10), jit_compile=True)
    found, expected = function(*inputs), _plain(*inputs)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(found[1], expected[1])


def test_bfloat16():
    inputs = _inputs(tf.bfloat16)
    expected = _with_gradients(_plain, inputs)
    found = _with_gradients(lambda *given: chunked_cross_entropy(*given, 10), inputs)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)  # the same products
    for ours, theirs in zip(found[2:], expected[2:], strict=True):
        assert ours.dtype == theirs.dtype
        scale = float(tf.reduce_max(tf.abs(tf.cast(theirs, tf.float32))))
        difference = tf.cast(ours, tf.float32) - tf.cast(theirs, tf.float32)
        assert float(tf.reduce_max(tf.abs(difference))) < 0.02 * scale


def test_objective_with_chunks_has_the_same_loss():
    encoder = tiny.tiny_encoder(dropout=0.0)
    results = []
    for chunk in (None, 10):
        objective = tiny.masked_lm(encoder, vocabulary_chunk=chunk)
        features = tiny.features(objective, tiny.tiny_texts())
        weights = [v.value for v in encoder.trainable_variables]
        with tf.GradientTape() as tape:
            loss, metrics = objective(features)
        gradients = tape.gradient(loss, weights, unconnected_gradients="zero")
        results.append([loss, *metrics.values(), *map(tf.convert_to_tensor, gradients)])
        encoder.head_weights.update(read_weights(objective.head))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
