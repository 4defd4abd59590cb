"""Positions that begin again within a row. B batch, L length."""

import functools

import tensorflow as tf


def restarted_positions(*numbers_BL: tf.Tensor) -> tf.Tensor:
    """Counts 0, 1, ... from every place where one of the numbers is not the one before it.

    Args:
        numbers_BL: int [B, L], such as sentence ids, type ids.

    Returns:
        int32 [B, L].
    """
    changes_BL = functools.reduce(tf.logical_or, map(_changes, numbers_BL))
    changes = tf.reshape(changes_BL, [-1])
    starts = tf.cast(tf.where(changes)[:, 0], tf.int32)
    run = tf.cumsum(tf.cast(changes, tf.int32)) - 1
    positions = tf.range(tf.size(changes)) - tf.gather(starts, run)
    return tf.ensure_shape(tf.reshape(positions, tf.shape(changes_BL)), changes_BL.shape)


def _changes(numbers_BL: tf.Tensor) -> tf.Tensor:
    """Bool [B, L]; every row begins with a change."""
    differs = numbers_BL[:, 1:] != numbers_BL[:, :-1]
    return tf.pad(differs, [[0, 0], [1, 0]], constant_values=True)
