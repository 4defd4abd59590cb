"""Gradients of an embedding table that hold only the rows a batch reads (`tf.IndexedSlices`).

Shapes: N rows read, with repetitions, D width.
"""

from collections.abc import Sequence
from typing import TypeAlias

import tensorflow as tf

Gradient: TypeAlias = "tf.Tensor | tf.IndexedSlices"


def add_gradients(gradients: Sequence[Gradient]) -> Gradient:
    """Sum gradients; the sum is sparse if all of them are.

    Example:
        >>> add_gradients([tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])]).numpy().tolist()
        [4.0, 6.0]
    """
    if not all(isinstance(gradient, tf.IndexedSlices) for gradient in gradients):
        return tf.add_n([tf.convert_to_tensor(gradient) for gradient in gradients])
    return tf.IndexedSlices(
        tf.concat([gradient.values for gradient in gradients], axis=0),
        tf.concat([tf.cast(gradient.indices, tf.int32) for gradient in gradients], axis=0),
        gradients[0].dense_shape,
    )


def scale_gradient(gradient: Gradient, factor: "tf.Tensor | float") -> Gradient:
    """Multiply a gradient by a number.

    Example:
        >>> scale_gradient(tf.constant([1.0, 2.0]), 0.5).numpy().tolist()
        [0.5, 1.0]
    """
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
    return gradient * factor


def merge_repeated_rows(gradient: Gradient) -> Gradient:
    """Sum the repetitions of each row; a dense gradient is returned unchanged.

    The result still has N entries, because TPUs need static shapes: the last row is repeated with
    zeros.

    Example:
        >>> merged = merge_repeated_rows(
        ...     tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([7, 7]))
        ... )
        >>> merged.indices.numpy().tolist(), merged.values.numpy().tolist()
        ([7, 7], [[3.0], [0.0]])
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, values, _ = sum_by_row(gradient)
    return tf.IndexedSlices(values, rows, gradient.dense_shape)


def sum_by_row(gradient: tf.IndexedSlices) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Sum a sparse gradient by row.

    Returns:
        Distinct rows int32 [N], ascending; their summed gradients [N, D]; bool [N], False for
        entries left over, which repeat the last row with zeros.

    Example:
        >>> twice = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([7, 7]))
        >>> [tensor.numpy().ravel().tolist() for tensor in sum_by_row(twice)]
        [[7, 7], [3.0, 0.0], [True, False]]
    """
    indices_N = tf.cast(gradient.indices, tf.int32)
    size = tf.shape(indices_N)[0]
    order_N = tf.argsort(indices_N, stable=True)
    sorted_N = tf.gather(indices_N, order_N)
    is_new_N = tf.concat([[True], sorted_N[1:] != sorted_N[:-1]], axis=0)
    segment_N = tf.cumsum(tf.cast(is_new_N, tf.int32)) - 1
    values_ND = tf.gather(gradient.values, order_N)
    summed_ND = tf.math.unsorted_segment_sum(values_ND, segment_N, size)
    row_N = tf.math.unsorted_segment_max(sorted_N, segment_N, size)
    is_used_N = tf.range(size) <= segment_N[-1]
    return tf.where(is_used_N, row_N, sorted_N[-1]), summed_ND, is_used_N
