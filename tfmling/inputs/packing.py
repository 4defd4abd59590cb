"""Pack several short examples into one row, to save padding with static shapes.

TPUs need static shapes, but with one sentence per row, three quarters of 128 positions are padding.
Best-fit decreasing packing (Krell et al. 2021, 2107.02027) fills rows. Each example has a number,
which restricts attention to it, and its own positions.

Shapes: N examples of a window, R rows, B batch, L length.
"""

import functools
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

SENTENCE_IDS = "input_sentence_ids"


def pack_rows(examples: Mapping[str, tf.RaggedTensor], length: int) -> dict[str, tf.Tensor]:
    """Pack examples into rows.

    Args:
        examples: token features, int32 [N, (tokens)] each, with equal row lengths of at most
            `length`.
        length: L.

    Returns:
        The features as int32 [R, L], padded with 0; `input_sentence_ids` int32 [R, L], which
        numbers the examples of a row from 1 and is 0 at padding; `input_mask` int32 [R, L]. Rows
        are in the order of their first examples.

    Example:
        >>> rows = pack_rows({"input_word_ids": tf.ragged.constant([[5], [6, 7]])}, length=4)
        >>> rows["input_word_ids"].numpy().tolist(), rows["input_sentence_ids"].numpy().tolist()
        ([[5, 6, 7, 0]], [[1, 2, 2, 0]])
    """
    lengths_N = next(iter(examples.values())).row_lengths()
    row_N = tf.numpy_function(assign_rows, [lengths_N, length], tf.int64)
    row_N = tf.ensure_shape(row_N, [None])
    order_N = tf.argsort(row_N, stable=True)
    row_N, lengths_N = tf.gather(row_N, order_N), tf.gather(lengths_N, order_N)
    totals_R = tf.math.segment_sum(lengths_N, row_N)

    def to_rows(values: tf.Tensor) -> tf.Tensor:
        return tf.RaggedTensor.from_row_lengths(values, totals_R).to_tensor(shape=[None, length])

    packed = {name: to_rows(tf.gather(own, order_N).values) for name, own in examples.items()}
    counts_R = tf.math.bincount(tf.cast(row_N, tf.int32))
    number_N = tf.ragged.range(counts_R).values + 1
    ids_RL = to_rows(tf.repeat(number_N, lengths_N))
    return packed | {SENTENCE_IDS: ids_RL, "input_mask": tf.cast(ids_RL > 0, tf.int32)}


def assign_rows(lengths_N: np.ndarray, capacity: int) -> np.ndarray:
    """Assign each example to a row: longest first, into the row with the least sufficient room.

    Rows are numbered by their first examples, so that they follow the (shuffled) order of examples
    rather than their lengths.

    Args:
        lengths_N: tokens of each example.
        capacity: tokens of a row.

    Returns:
        int64 [N].

    Raises:
        ValueError: an example is longer than a row.

    Example:
        >>> assign_rows(np.array([3, 4, 1]), capacity=5).tolist()
        [0, 1, 1]
    """
    if len(lengths_N) and lengths_N.max() > capacity:
        raise ValueError(f"an example has {lengths_N.max()} tokens, but a row only {capacity}")
    rows_with_room: list[list[int]] = [[] for _ in range(capacity + 1)]
    rooms = 0  # bit r is set if a row has room for exactly r tokens
    row_N = np.empty(len(lengths_N), np.int64)
    opened = 0
    for example in np.argsort(-lengths_N, kind="stable").tolist():
        length = int(lengths_N[example])
        if fitting := rooms >> length:
            room = length + (fitting & -fitting).bit_length() - 1
            row = rows_with_room[room].pop()
            rooms ^= 0 if rows_with_room[room] else 1 << room
        else:
            room, row, opened = int(capacity), opened, opened + 1
        rows_with_room[room - length].append(row)
        rooms |= 1 << (room - length)
        row_N[example] = row
    _, first_R = np.unique(row_N, return_index=True)
    return np.argsort(np.argsort(first_R))[row_N]


def restarted_positions(*numbers_BL: tf.Tensor) -> tf.Tensor:
    """Positions that restart at 0 wherever one of the numbers changes within a row.

    Args:
        numbers_BL: int [B, L], such as sentence ids or type ids.

    Returns:
        int32 [B, L].

    Example:
        >>> restarted_positions(tf.constant([[1, 1, 2, 2, 2]])).numpy().tolist()
        [[0, 1, 0, 1, 2]]
    """
    changes_BL = functools.reduce(tf.logical_or, map(_changes, numbers_BL))
    changes = tf.reshape(changes_BL, [-1])
    starts = tf.cast(tf.where(changes)[:, 0], tf.int32)
    run = tf.cumsum(tf.cast(changes, tf.int32)) - 1
    positions = tf.range(tf.size(changes)) - tf.gather(starts, run)
    return tf.ensure_shape(tf.reshape(positions, tf.shape(changes_BL)), changes_BL.shape)


def _changes(numbers_BL: tf.Tensor) -> tf.Tensor:
    """Bool [B, L]; each row begins with a change."""
    differs = numbers_BL[:, 1:] != numbers_BL[:, :-1]
    return tf.pad(differs, [[0, 0], [1, 0]], constant_values=True)
