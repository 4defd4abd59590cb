"""Rows of a batch taken in groups."""

import tensorflow as tf


def split_rows(tensor: tf.Tensor, groups: "tf.Tensor | int", size: int) -> tf.Tensor:
    """[groups x size, ...] to [groups, size, ...].

    One of the inner sizes may be unknown when the graph is made: L, with length buckets.
    """
    inner = [-1 if own is None else own for own in tensor.shape[1:]]
    return tf.reshape(tensor, [groups, size, *inner])
