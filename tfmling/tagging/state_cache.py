"""Hidden states of a frozen encoder, computed once instead of in every epoch.

Shapes: W words of a row, N layers, D width.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmling.core.errors import InputError
from tfmling.tagging.batches import batches_by_length
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.rows import Row
from tfmling.tagging.settings import StateCache, TaggingInputs

GIB = 1 << 30


class CacheSizeError(InputError, ValueError):
    """The hidden states need more space than there is, or than the settings allow.

    Example:
        >>> raise CacheSizeError("fit.cache: expected at most 8.00 GiB, got 9.50")
        Traceback (most recent call last):
            ...
        tfmling.tagging.state_cache.CacheSizeError: fit.cache: expected at most 8.00 GiB, got 9.50
    """


def with_states(
    tagger: CrfTagger, rows: Sequence[Row], inputs: TaggingInputs, settings: StateCache
) -> list[Row]:
    """Add `word_states` float32 [W, N, D] to rows.

    Training on them equals training on the encoder, up to rounding in batches of other lengths.

    Args:
        tagger: its encoder is frozen.
        rows: at least one.
        inputs: size of batches.
        settings: where the states are cached, and their maximum size.

    Raises:
        CacheSizeError: they are larger.

    Example:
        >>> from tfmling.tagging.settings import TaggerConfig
        >>> from tfmling.tagging.tagger_folder import build_tagger
        >>> config = TaggerConfig(head={"kind": "bilstm_crf"}, unit="words", labels=["A", "B"])
        >>> row = {"input_word_ids": np.array([2, 5, 6, 3]), "input_mask": np.ones(4, np.int32),
        ...        "input_type_ids": np.zeros(4, np.int32), "word_positions": np.array([1, 2])}
        >>> tagger, inputs = build_tagger(config, encoder), TaggingInputs(batch_size=1)
        >>> [row] = with_states(tagger, [row], inputs, StateCache(where="memory"))
        >>> row["word_states"].shape  # 2 words, 2 layers of width 16
        (2, 2, 16)
    """
    counts = [len(row["word_positions"]) for row in rows]
    shape = (sum(counts), tagger.encoder.backbone.num_layers, tagger.encoder.hidden_dim)
    states_WND = _allocate(shape, settings)
    ends = np.cumsum(counts)
    slots = [states_WND[end - count : end] for count, end in zip(counts, ends, strict=True)]
    encode = tf.function(tagger.word_states, reduce_retracing=True)
    for numbers, batch in batches_by_length(rows, inputs):
        found = encode({name: tf.constant(array) for name, array in batch.items()}).numpy()
        for number, own_WND in zip(numbers, found, strict=False):  # the last batch is padded
            slots[number][:] = own_WND[: counts[number]]
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
    with tempfile.TemporaryFile() as file:  # the mapping outlives the name
        return np.memmap(file, np.float32, "w+", shape=shape)
