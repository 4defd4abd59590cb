"""Sums and rows over all replicas. B batch on this replica, G global batch, D width, R replicas."""

import tensorflow as tf


def num_replicas() -> int:
    """R, also outside a replica (then 1)."""
    context = tf.distribute.get_replica_context()
    return 1 if context is None else context.num_replicas_in_sync


def sum_over_replicas(value: tf.Tensor) -> tf.Tensor:
    """The sum of a tensor over all replicas; its gradient flows to each of them."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return value
    return context.all_reduce(tf.distribute.ReduceOp.SUM, value)


def gather_rows(rows_BD: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The rows of all replicas, in the order of replicas.

    Each replica writes its rows into a zero tensor and the tensors are summed: static shapes, as a
    TPU needs, and a gradient that sums what every replica asks of a row.

    Returns:
        rows [G, D], and the int32 scalar position of this replica's first row among them.
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return rows_BD, tf.constant(0)
    replica = tf.cast(context.replica_id_in_sync_group, tf.int32)
    mine_R = tf.one_hot(replica, context.num_replicas_in_sync, dtype=rows_BD.dtype)
    shape = [context.num_replicas_in_sync, *[1] * rows_BD.shape.rank]
    placed_RBD = tf.reshape(mine_R, shape) * rows_BD[tf.newaxis]
    all_RBD = context.all_reduce(tf.distribute.ReduceOp.SUM, placed_RBD)
    rows_GD = tf.reshape(all_RBD, [-1, *rows_BD.shape[1:]])
    return rows_GD, replica * tf.shape(rows_BD)[0]
