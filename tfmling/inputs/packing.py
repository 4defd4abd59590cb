"""Several short examples in one row, so that little of a batch is padding and all rows are alike.

TPUs want one static shape; with one sentence a row three quarters of 128 places are padding. Here
as many as fit share a row, best fit in decreasing order (Krell et al. 2021, 2107.02027), each
with a number of its own, by which attention is kept within it, and with its own positions.

Shapes: N examples of a window, R rows, L length.
"""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

SENTENCE_IDS = "input_sentence_ids"


def pack_rows(examples: Mapping[str, tf.RaggedTensor], length: int) -> dict[str, tf.Tensor]:
    """Lays examples into rows.

    Args:
        examples: features of the tokens, int32 [N, (tokens)] each, all of the same lengths, none
            longer than `length`.
        length: L.

    Returns:
        The features as int32 [R, L], 0 where there is no token; `input_sentence_ids` int32 [R, L],
        1, 2, ... for the examples of a row and 0 at padding; `input_mask` int32 [R, L]. Rows come
        in the order of the first example in them.
    """
    lengths_N = next(iter(examples.values())).row_lengths()
    row_N = tf.numpy_function(assign_rows, [lengths_N, length], tf.int64)
    row_N = tf.ensure_shape(row_N, [None])
    order_N = tf.argsort(row_N, stable=True)
    row_N, lengths_N = tf.gather(row_N, order_N), tf.gather(lengths_N, order_N)
    totals_R = tf.math.segment_sum(lengths_N, row_N)

    def rows(values: tf.Tensor) -> tf.Tensor:
        return tf.RaggedTensor.from_row_lengths(values, totals_R).to_tensor(shape=[None, length])

    packed = {name: rows(tf.gather(own, order_N).values) for name, own in examples.items()}
    ids_RL = rows(tf.repeat(_numbers_in_row(row_N), lengths_N))
    return packed | {SENTENCE_IDS: ids_RL, "input_mask": tf.cast(ids_RL > 0, tf.int32)}


def assign_rows(lengths_N: np.ndarray, capacity: int) -> np.ndarray:
    """The row of each example, int64 [N]: longest first, each where it leaves the least room.

    Rows are numbered by the first of their examples, so that they come in the order of the
    (shuffled) examples and not of their lengths.

    Raises:
        ValueError: an example is longer than a row.
    """
    if len(lengths_N) and lengths_N.max() > capacity:
        raise ValueError(f"an example of {lengths_N.max()} tokens; a row holds {capacity}")
    rows_with_room: list[list[int]] = [[] for _ in range(capacity + 1)]
    rooms = 0  # bit r is set where some row has room for r tokens
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


def _numbers_in_row(row_N: tf.Tensor) -> tf.Tensor:
    """1, 2, ... for the examples of each row; int32 [N]."""
    counts_R = tf.math.bincount(tf.cast(row_N, tf.int32))
    return tf.ragged.range(counts_R).values + 1
