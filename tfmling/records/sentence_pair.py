"""The record of a sentence and its translation: kind "sentence_pairs", written by build_bitext.

Shape letters: B records in this batch.
"""

from typing import TYPE_CHECKING

from tfmling.records import example

if TYPE_CHECKING:
    import tensorflow as tf

FEATURES = ("source", "target", "source_language", "target_language")


def encode(source: str, target: str, source_language: str, target_language: str) -> bytes:
    """One sentence pair as a serialized tf.train.Example."""
    values = (source, target, source_language, target_language)
    return example.serialize(dict(zip(FEATURES, values, strict=True)))


def parse(serialized_B: "tf.Tensor") -> "dict[str, tf.Tensor]":
    """Parses a batch of records.

    Args:
        serialized_B: strings, serialized tf.train.Examples.

    Returns:
        `source`, `target`, `source_language`, `target_language`, each [B], UTF-8 strings.

    Raises:
        tf.errors.InvalidArgumentError: a record lacks a feature.
    """
    import tensorflow as tf

    feature = tf.io.FixedLenFeature([], tf.string)
    return tf.io.parse_example(serialized_B, dict.fromkeys(FEATURES, feature))
