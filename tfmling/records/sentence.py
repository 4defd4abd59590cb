"""The record of one sentence: kind "sentences", written by build_monolingual.

Shape letters: B records in this batch.
"""

from typing import TYPE_CHECKING

from tfmling.records import example

if TYPE_CHECKING:
    import tensorflow as tf

FEATURES = ("text", "language")


def encode(text: str, language: str) -> bytes:
    """One sentence as a serialized tf.train.Example."""
    return example.serialize({"text": text, "language": language})


def parse(serialized_B: "tf.Tensor") -> "dict[str, tf.Tensor]":
    """Parses a batch of records.

    Args:
        serialized_B: strings, serialized tf.train.Examples.

    Returns:
        `text` [B] and `language` [B], UTF-8 strings.

    Raises:
        tf.errors.InvalidArgumentError: a record lacks a feature.
    """
    import tensorflow as tf

    feature = tf.io.FixedLenFeature([], tf.string)
    return tf.io.parse_example(serialized_B, dict.fromkeys(FEATURES, feature))
