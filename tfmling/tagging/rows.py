"""Rows of a batch of labelled text: what they hold, and how they are filled up.

Shapes: B rows, L pieces, W words, N layers, D width.

    input_word_ids, input_mask, input_type_ids   int32 [B, L], what an encoder reads
    token_labels     int32 [B, L], a word's label on its first piece, IGNORED elsewhere
    word_positions   int32 [B, W], where the first piece of each word is; 0 ([CLS]): no word
    borders          int32 [B, 2], whether the first word begins and the last one ends the sentence
    pair_label       int32 [B], of pairs
    word_states      float32 [B, W, N, D], what a frozen encoder makes of each word's first piece,
                     where that is kept; see tfmling.tagging.state_cache
"""

from collections.abc import Sequence

import numpy as np

IGNORED = -100  # the label of what has none, as in most tools
ENCODER_INPUTS = ("input_word_ids", "input_mask", "input_type_ids")
_LONG = (*ENCODER_INPUTS, "token_labels", "word_positions", "word_states")  # of pieces or words

Row = dict[str, np.ndarray]  # without B, not filled up


def stack_rows(
    rows: Sequence[Row], batch_size: int, max_length: int, length_step: int | None
) -> Row:
    """One batch; rows that are lacking are empty and have no label.

    Args:
        rows: at least one, at most `batch_size`.
        batch_size: B.
        max_length: the longest that a row can be.
        length_step: L and W are the longest row's, rounded up to a multiple of this; None:
            always `max_length`, so that all batches have one shape.
    """
    batch = {name: _stack(name, rows, batch_size, max_length, length_step) for name in rows[0]}
    batch["input_mask"][len(rows) :, 0] = 1  # attention over nothing is not defined
    return batch


def _stack(
    name: str, rows: Sequence[Row], batch_size: int, max_length: int, length_step: int | None
) -> np.ndarray:
    shape = rows[0][name].shape
    if name in _LONG:
        longest = max(len(row[name]) for row in rows)
        shape = (_rounded(longest, max_length, length_step), *shape[1:])
    fill = IGNORED if name.endswith(("_label", "_labels")) else 0
    stacked = np.full((batch_size, *shape), fill, dtype_of(name))
    for number, row in enumerate(rows):
        place: tuple[int | slice, ...] = (number, *map(slice, row[name].shape))
        stacked[place] = row[name]
    return stacked


def dtype_of(name: str) -> type[np.generic]:
    """Of a feature: float32 of states, int32 of all others."""
    return np.float32 if name == "word_states" else np.int32


def _rounded(longest: int, max_length: int, length_step: int | None) -> int:
    if length_step is None:
        return max_length
    return min(-(-longest // length_step) * length_step, max_length)
