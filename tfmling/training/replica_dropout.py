"""Dropout that differs between replicas."""

from collections.abc import Iterable

import keras
import tensorflow as tf

STRIDE = 1009  # between the seeds of two replicas


def separate_dropout(strategy: tf.distribute.Strategy, variables: Iterable[keras.Variable]) -> None:
    """Gives each replica random streams of its own.

    Keras keeps a seed and a counter for each dropout. Every replica has a copy of both, and all
    copies start alike: the n-th row of every replica would lose the same units. The first replica's
    seeds stay as they are, and it is they that a checkpoint holds; so this is called once after the
    first variables are made or restored.

    Args:
        strategy: where the replicas are.
        variables: of the model; all but the states of seed generators are left alone.
    """
    states = [v.value for v in variables if v.name == "seed_generator_state"]

    @tf.function
    def move() -> None:
        context = tf.distribute.get_replica_context()
        replica = tf.cast(context.replica_id_in_sync_group, tf.int64)
        for state in states:
            state.assign_add(tf.cast(tf.stack([replica * STRIDE, 0]), state.dtype))

    if states and strategy.num_replicas_in_sync > 1:
        strategy.run(move)
