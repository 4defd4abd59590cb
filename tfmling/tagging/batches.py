"""Batches of rows: shuffled by epoch for training, in order for prediction."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

from tfmling.tagging.rows import ENCODER_INPUTS, IGNORED, Row
from tfmling.tagging.settings import TaggingInputs

_POOL = 32  # batches whose rows are sorted by length together
_PADDED = (*ENCODER_INPUTS, "token_labels", "word_positions", "word_states")


def steps_per_epoch(rows: int, settings: TaggingInputs) -> int:
    """Return the number of batches that contain all rows once.

    Example:
        >>> steps_per_epoch(10, TaggingInputs(batch_size=4))
        3
    """
    return -(-rows // settings.batch_size)


def training_batches(
    rows: Sequence[Row], settings: TaggingInputs, seed: int, first_epoch: int = 0
) -> tf.data.Dataset:
    """Yield batches without end; each `steps_per_epoch` of them contain every row once.

    The last batch of an epoch is filled up with empty rows. The order is a function of seed and
    epoch.

    Args:
        rows: of the data set.
        settings: size of batches.
        seed: of the order.
        first_epoch: the epoch to begin with.

    Example:
        >>> row = {"input_word_ids": np.array([2, 7, 3]), "input_mask": np.ones(3, np.int32)}
        >>> batches = training_batches([row], TaggingInputs(batch_size=1, length_step=4), seed=1)
        >>> next(iter(batches))["input_word_ids"].numpy().tolist()
        [[2, 7, 3, 0]]
    """

    def batches() -> Iterator[Row]:
        lengths = [len(row["input_word_ids"]) for row in rows]
        for epoch in itertools.count(first_epoch):
            for chosen in epoch_order(lengths, settings.batch_size, seed, epoch):
                yield stack_rows([rows[number] for number in chosen], settings)

    dataset = tf.data.Dataset.from_generator(
        batches, output_signature=_signature(rows[0], settings)
    )
    return dataset.prefetch(2)


def epoch_order(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """Choose the rows of each batch of an epoch, with rows of similar length in a batch.

    Rows are shuffled, sorted by length within pools of 32 batches, and the batches shuffled again.

    Args:
        lengths: of all rows.
        batch_size: the last batch of a pool may be smaller.
        seed: of the order.
        epoch: from 0.

    Returns:
        Row numbers of each batch.

    Example:
        >>> batches = epoch_order([3, 9, 4, 8], batch_size=2, seed=1, epoch=0)
        >>> sorted(sorted(batch.tolist()) for batch in batches)
        [[0, 2], [1, 3]]
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


def batches_by_length(
    rows: Sequence[Row], settings: TaggingInputs
) -> Iterator[tuple[np.ndarray, Row]]:
    """Yield batches of rows of similar length, each with the numbers of its rows.

    Example:
        >>> rows = [{"input_word_ids": np.array(ids), "input_mask": np.ones(len(ids), np.int32)}
        ...         for ids in ([2, 7, 8, 3], [2, 9, 3])]
        >>> inputs = TaggingInputs(batch_size=1, length_step=1)
        >>> for numbers, batch in batches_by_length(rows, inputs):
        ...     print(numbers, batch["input_word_ids"])
        [1] [[2 9 3]]
        [0] [[2 7 8 3]]
    """
    order = np.argsort([len(row["input_word_ids"]) for row in rows], kind="stable")
    for start in range(0, len(rows), settings.batch_size):
        chosen = order[start : start + settings.batch_size]
        yield chosen, stack_rows([rows[number] for number in chosen], settings)


def stack_rows(rows: Sequence[Row], settings: TaggingInputs) -> Row:
    """Pad rows and stack them to one batch; missing rows are empty and have no label.

    Args:
        rows: at least one, at most `batch_size`.
        settings: B, and the length to which rows are padded.

    Example:
        >>> row = {"input_word_ids": np.array([2, 7, 3]), "input_mask": np.ones(3, np.int32)}
        >>> batch = stack_rows([row], TaggingInputs(batch_size=2, length_step=4))
        >>> batch["input_word_ids"].tolist()
        [[2, 7, 3, 0], [0, 0, 0, 0]]
    """
    batch = {name: _stack(name, rows, settings) for name in rows[0]}
    batch["input_mask"][len(rows) :, 0] = 1  # attention over nothing is undefined
    return batch


def _stack(name: str, rows: Sequence[Row], settings: TaggingInputs) -> np.ndarray:
    shape = rows[0][name].shape
    if name in _PADDED:
        shape = (_padded(max(len(row[name]) for row in rows), settings), *shape[1:])
    fill = IGNORED if name.endswith(("_label", "_labels")) else 0
    stacked = np.full((settings.batch_size, *shape), fill, _dtype(name))
    for number, row in enumerate(rows):
        place: tuple[int | slice, ...] = (number, *map(slice, row[name].shape))
        stacked[place] = row[name]
    return stacked


def _padded(longest: int, settings: TaggingInputs) -> int:
    step = settings.length_step
    if step is None:
        return settings.max_length
    return min(-(-longest // step) * step, settings.max_length)


def _dtype(name: str) -> type[np.generic]:
    return np.float32 if name == "word_states" else np.int32


def _signature(row: Row, settings: TaggingInputs) -> dict[str, tf.TensorSpec]:
    length = settings.max_length if settings.length_step is None else None
    sizes = {
        name: (length, *array.shape[1:]) if name in _PADDED else array.shape
        for name, array in row.items()
    }
    return {
        name: tf.TensorSpec((settings.batch_size, *size), _dtype(name))
        for name, size in sizes.items()
    }
