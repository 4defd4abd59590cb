"""Cross-entropy with a custom gradient equals TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf

from tfmling.modeling.bert import fused
from tfmling.objectives.vocabulary_softmax import cross_entropy


def test_by_hand():
    # logits 0 and ln 3: probabilities 1/4 and 3/4; losses ln 4 and ln 4/3
    hidden, table = tf.constant([[1.0], [1.0]]), tf.constant([[0.0], [np.log(2.0)]])
    bias = tf.constant([0.0, np.log(1.5)])
    losses, right = cross_entropy(hidden, table, tf.cast(bias, tf.float32), tf.constant([0, 1]))
    np.testing.assert_allclose(losses, [np.log(4.0), np.log(4 / 3)], rtol=1e-6)
    np.testing.assert_array_equal(right, [False, True])


@pytest.mark.parametrize("compiled", [False, True])
def test_equals_tensorflow(compiled, monkeypatch):
    if compiled:
        monkeypatch.setattr(fused, "MIN_SIZE", 1)
    generator = np.random.default_rng(5)
    hidden, table, bias = (
        tf.constant(generator.normal(size=size), tf.float32) for size in ((6, 4), (11, 4), (11,))
    )
    labels, shares = tf.constant([1, 4, 4, 0, 10, 7]), tf.constant([0.5, 0, 1, 2, 1, 1])

    @tf.function
    def ours():
        with tf.GradientTape() as tape:
            tape.watch([hidden, table, bias])
            losses, right = cross_entropy(hidden, table, bias, labels)
            total = tf.reduce_sum(losses * shares)
        return losses, right, tape.gradient(total, [hidden, table, bias])

    with tf.GradientTape() as tape:
        tape.watch([hidden, table, bias])
        logits = tf.einsum("nd,vd->nv", hidden, table) + bias
        expected = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        total = tf.reduce_sum(expected * shares)
    losses, right, slopes = ours()
    np.testing.assert_allclose(losses, expected, atol=1e-5)
    np.testing.assert_array_equal(right, np.argmax(logits, -1) == labels)
    for own, other in zip(slopes, tape.gradient(total, [hidden, table, bias]), strict=True):
        np.testing.assert_allclose(own, other, atol=1e-5)
