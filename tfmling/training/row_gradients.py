"""Gradients of a table that hold the rows that a batch has read, and no others.

Shapes: N rows read, with repetitions, D width.
"""

from collections.abc import Sequence
from typing import TypeAlias

import tensorflow as tf

Gradient: TypeAlias = "tf.Tensor | tf.IndexedSlices"


def add(gradients: Sequence[Gradient]) -> Gradient:
    """The sum; by rows where all of them are by rows."""
    if not all(isinstance(gradient, tf.IndexedSlices) for gradient in gradients):
        return tf.add_n([tf.convert_to_tensor(gradient) for gradient in gradients])
    return tf.IndexedSlices(
        tf.concat([gradient.values for gradient in gradients], axis=0),
        tf.concat([tf.cast(gradient.indices, tf.int32) for gradient in gradients], axis=0),
        gradients[0].dense_shape,
    )


def scale(gradient: Gradient, factor: "tf.Tensor | float") -> Gradient:
    """The gradient times a number."""
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
    return gradient * factor


def merge_rows(gradient: Gradient) -> Gradient:
    """Each row once; places that are left over hold zeros for the last of the rows.

    The number of places stays N, since shapes must not depend on values (TPUs).
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, values, _ = distinct_rows(gradient)
    return tf.IndexedSlices(values, rows, gradient.dense_shape)


def distinct_rows(gradient: tf.IndexedSlices) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Rows int32 [N], their summed gradients [N, D], and which places hold a row, bool [N].

    Rows come in rising order; the places after them repeat the last one, with zeros.
    """
    indices_N = tf.cast(gradient.indices, tf.int32)
    places = tf.shape(indices_N)[0]
    order_N = tf.argsort(indices_N, stable=True)
    sorted_N = tf.gather(indices_N, order_N)
    is_new_N = tf.concat([[True], sorted_N[1:] != sorted_N[:-1]], axis=0)
    place_N = tf.cumsum(tf.cast(is_new_N, tf.int32)) - 1
    values_ND = tf.gather(gradient.values, order_N)
    summed_ND = tf.math.unsorted_segment_sum(values_ND, place_N, places)
    found_N = tf.math.unsorted_segment_max(sorted_N, place_N, places)
    is_used_N = tf.range(places) <= place_N[-1]
    return tf.where(is_used_N, found_N, sorted_N[-1]), summed_ND, is_used_N
