"""Rows of labelled text to batches: for a training epoch by epoch, for a prediction in order."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

from tfmling.tagging.rows import Row, dtype_of, stack_rows
from tfmling.tagging.settings import TaggingInputs

_POOL = 32  # batches whose rows are sorted by length together


def steps_per_epoch(rows: int, settings: TaggingInputs) -> int:
    """How many batches hold all rows once."""
    return -(-rows // settings.batch_size)


def training_batches(
    rows: Sequence[Row], settings: TaggingInputs, seed: int, first_epoch: int = 0
) -> tf.data.Dataset:
    """Endless batches; every `steps_per_epoch` of them hold each row once.

    The last batch of an epoch is filled up with empty rows. The order differs by epoch and is a
    function of the seed.

    Args:
        rows: of the data set.
        settings: how large a batch is.
        seed: of the order.
        first_epoch: with which it begins.
    """

    def batches() -> Iterator[Row]:
        for epoch in itertools.count(first_epoch):
            for chosen in epoch_order(
                [_length(row) for row in rows], settings.batch_size, seed, epoch
            ):
                yield stack_batch([rows[number] for number in chosen], settings)

    dataset = tf.data.Dataset.from_generator(
        batches, output_signature=_signature(rows[0], settings)
    )
    return dataset.prefetch(2)


def epoch_order(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """The rows of each batch of an epoch, such that rows of a batch are about equally long.

    Rows are shuffled, sorted by length within pools of 32 batches, and the batches shuffled again.

    Args:
        lengths: of all rows.
        batch_size: the last batch of a pool may have fewer.
        seed: of the order.
        epoch: from 0.
    """
    generator = np.random.default_rng((seed, epoch))
    order = generator.permutation(len(lengths))
    size = batch_size * _POOL
    pools = [order[start : start + size] for start in range(0, len(order), size)]
    sorted_pools = [pool[np.argsort(np.array(lengths)[pool], kind="stable")] for pool in pools]
    batches = [
        pool[start : start + batch_size]
        for pool in sorted_pools
        for start in range(0, len(pool), batch_size)
    ]
    return [batches[number] for number in generator.permutation(len(batches))]


def ordered_batches(rows: Sequence[Row], settings: TaggingInputs) -> Iterator[tuple[int, Row]]:
    """Yields batches in the order of rows, each with how many rows of it are not empty."""
    for start in range(0, len(rows), settings.batch_size):
        chosen = rows[start : start + settings.batch_size]
        yield len(chosen), stack_batch(chosen, settings)


def stack_batch(rows: Sequence[Row], settings: TaggingInputs) -> Row:
    """One batch as `stack_rows` makes it."""
    return stack_rows(rows, settings.batch_size, settings.max_length, settings.length_step)


def _length(row: Row) -> int:
    return len(row["input_word_ids"])


def _signature(row: Row, settings: TaggingInputs) -> dict[str, tf.TensorSpec]:
    """Shapes that are known before a batch is; whole ones without `length_step`."""
    length = settings.max_length if settings.length_step is None else None
    sizes = {name: (length, *array.shape[1:]) if name not in ("borders", "pair_label")
             else array.shape for name, array in row.items()}  # fmt: skip
    return {
        name: tf.TensorSpec((settings.batch_size, *size), dtype_of(name))
        for name, size in sizes.items()
    }
