"""States of a frozen encoder, computed once for each row instead of in every epoch.

Shapes: W words of a row, N layers, D width.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmling.core.errors import InputError
from tfmling.tagging.batches import ordered_batches
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.rows import Row
from tfmling.tagging.settings import StateCache, TaggingInputs

GIB = 1 << 30


class CacheSizeError(InputError, ValueError):
    """The states take more room than there is or than the settings allow."""


def with_states(
    tagger: CrfTagger, rows: Sequence[Row], inputs: TaggingInputs, settings: StateCache
) -> list[Row]:
    """The rows with `word_states` float32 [W, N, D] beside what they hold.

    A head that is trained on them learns what it would learn from the encoder, up to the rounding
    of batches of other lengths.

    Args:
        tagger: its encoder is not trained.
        rows: at least one; long ones are encoded together.
        inputs: how large a batch is.
        settings: where the states are kept, and how much room they may take.

    Raises:
        CacheSizeError: they take more.
    """
    counts = [len(row["word_positions"]) for row in rows]
    shape = (sum(counts), tagger.encoder.backbone.num_layers, tagger.encoder.hidden_dim)
    states_WND = _allocate(shape, settings)
    ends = np.cumsum(counts)
    slots = [states_WND[end - count : end] for count, end in zip(counts, ends, strict=True)]
    encode = tf.function(tagger.word_states, reduce_retracing=True)
    order = np.argsort([len(row["input_word_ids"]) for row in rows], kind="stable")
    first = 0
    for count, batch in ordered_batches([rows[n] for n in order], inputs):
        found = encode({name: tf.constant(array) for name, array in batch.items()}).numpy()
        for number, own_WND in zip(order[first : first + count], found, strict=False):
            slots[number][:] = own_WND[: counts[number]]
        first += count
    return [row | {"word_states": slot} for row, slot in zip(rows, slots, strict=True)]


def _allocate(shape: tuple[int, int, int], settings: StateCache) -> np.ndarray:
    size = 4 * int(np.prod(shape))
    room = settings.max_gib * GIB
    if settings.where == "disk":
        room = min(room, shutil.disk_usage(tempfile.gettempdir()).free)
    if size > room:
        raise CacheSizeError(
            f"fit.cache: expected states of at most {room / GIB:.2f} GiB, got {size / GIB:.2f} "
            f"({shape[0]:,} words of {shape[1]} layers); raise fit.cache.max_gib, point TMPDIR to "
            "a larger disk, or set fit.cache=null to encode in each epoch"
        )
    print(f"states of {shape[0]:,} words, {size / GIB:.2f} GiB: {settings.where}", file=sys.stderr)
    if settings.where == "memory":
        return np.empty(shape, np.float32)
    with tempfile.TemporaryFile() as file:  # the mapping outlives the file's name
        return np.memmap(file, np.float32, "w+", shape=shape)
