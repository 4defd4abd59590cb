"""The record of two runs of sentences, for next sentence prediction: kind "segment_pairs".

Written by build_monolingual, where a document is whole. Shape letters: B records in this batch.
"""

from typing import TYPE_CHECKING

from tfmling.records import example

if TYPE_CHECKING:
    import tensorflow as tf

FEATURES = ("first", "second", "is_next", "language")


def encode(first: str, second: str, is_next: bool, language: str) -> bytes:
    """One segment pair as a serialized tf.train.Example; `is_next`: second followed first."""
    values = (first, second, int(is_next), language)
    return example.serialize(dict(zip(FEATURES, values, strict=True)))


def parse(serialized_B: "tf.Tensor") -> "dict[str, tf.Tensor]":
    """Parses a batch of records.

    Args:
        serialized_B: strings, serialized tf.train.Examples.

    Returns:
        `first`, `second`, `language`, each [B], UTF-8 strings; `is_next` [B] int64, 1 where the
        second segment followed the first in its document, 0 where it came from another document.

    Raises:
        tf.errors.InvalidArgumentError: a record lacks a feature.
    """
    import tensorflow as tf

    dtypes = dict.fromkeys(FEATURES, tf.string) | {"is_next": tf.int64}
    features = {name: tf.io.FixedLenFeature([], dtype) for name, dtype in dtypes.items()}
    return tf.io.parse_example(serialized_B, features)
