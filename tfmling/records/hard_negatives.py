"""The record of a translation and of sentences near the source that do not translate it.

Kind "hard_negatives", written by mine_negatives. Shape letters: B records, K hard negatives.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfmling.records import example, sentence_pair

if TYPE_CHECKING:
    import tensorflow as tf


def encode(
    source: str,
    target: str,
    source_language: str,
    target_language: str,
    negatives: Sequence[str],
) -> bytes:
    """One pair as a serialized tf.train.Example; `negatives`, the nearest first, may be empty."""
    values = (source, target, source_language, target_language)
    features = dict(zip(sentence_pair.FEATURES, values, strict=True))
    return example.serialize(features | {"negatives": negatives})


def parse(serialized_B: "tf.Tensor", negatives: int) -> "dict[str, tf.Tensor]":
    """Parses a batch of records.

    Args:
        serialized_B: strings, serialized tf.train.Examples.
        negatives: K; the first K of a record are taken, missing ones are "".

    Returns:
        What `sentence_pair.parse` gives, and `negatives` [B, K], UTF-8 strings.

    Raises:
        tf.errors.InvalidArgumentError: a record lacks a feature of a pair.
    """
    import tensorflow as tf

    found = tf.io.parse_example(
        serialized_B, {"negatives": tf.io.RaggedFeature(tf.string, row_splits_dtype=tf.int64)}
    )
    texts_BK = found["negatives"].to_tensor(shape=[None, negatives], default_value="")
    return sentence_pair.parse(serialized_B) | {"negatives": texts_BK}
