"""Sums and rows over all replicas. B batch on this replica, G global batch, D width, R replicas."""

import tensorflow as tf


def num_replicas() -> int:
    """The number of replicas; 1 outside a replica context.

    Example:
        >>> num_replicas()
        1
    """
    context = tf.distribute.get_replica_context()
    return 1 if context is None else context.num_replicas_in_sync


def sum_over_replicas(value: tf.Tensor) -> tf.Tensor:
    """Sum a tensor over all replicas; gradients flow to each of them.

    Example:
        >>> float(sum_over_replicas(tf.constant(2.0)))  # with one replica
        2.0
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return value
    return context.all_reduce(tf.distribute.ReduceOp.SUM, value)


def gather_rows(rows_BD: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Gather the rows of all replicas, in replica order.

    Each replica writes its rows into a tensor of zeros, and the tensors are summed. Unlike an
    all-gather, this has static shapes, as TPUs need, and a gradient that sums the contributions of
    all replicas.

    Returns:
        Rows [G, D], and the index of this replica's first row, int32 scalar.

    Example:
        >>> rows, first = gather_rows(tf.constant([[1.0], [2.0]]))  # with one replica
        >>> rows.numpy().tolist(), int(first)
        ([[1.0], [2.0]], 0)
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return rows_BD, tf.constant(0)
    replica = tf.cast(context.replica_id_in_sync_group, tf.int32)
    is_own_R = tf.one_hot(replica, context.num_replicas_in_sync, dtype=rows_BD.dtype)
    shape = [context.num_replicas_in_sync, *[1] * rows_BD.shape.rank]
    placed_RBD = tf.reshape(is_own_R, shape) * rows_BD[tf.newaxis]
    all_RBD = context.all_reduce(tf.distribute.ReduceOp.SUM, placed_RBD)
    rows_GD = tf.reshape(all_RBD, [-1, *rows_BD.shape[1:]])
    return rows_GD, replica * tf.shape(rows_BD)[0]
