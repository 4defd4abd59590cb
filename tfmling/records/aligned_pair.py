"""The record of a translation whose words are linked: kind "aligned_pairs".

Written by align_words. Shape letters: B records in this batch.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tfmling.alignment.links import Link, as_text
from tfmling.records import example, sentence_pair

if TYPE_CHECKING:
    import tensorflow as tf

FEATURES = (*sentence_pair.FEATURES, "links")


def encode(
    source: Sequence[str],
    target: Sequence[str],
    source_language: str,
    target_language: str,
    links: Iterable[Link],
) -> bytes:
    """One pair as a serialized tf.train.Example.

    The words of a side are kept as one text with a space between them, so that the record can be
    read as a sentence pair too; links are kept as Pharaoh writes them (`0-0 1-2`).

    Args:
        source: words, none of which holds white space.
        target: the same.
        source_language: BCP-47 code.
        target_language: the same.
        links: (source position, target position), from 0.

    Raises:
        ValueError: white space in a word, or a link to a word that is not there.
    """
    links = sorted(links)
    for words in (source, target):
        if " ".join(words).split() != list(words):
            raise ValueError(f"expected words without white space, got {list(words)}")
    outside = [link for link in links if link[0] >= len(source) or link[1] >= len(target)]
    if outside:
        raise ValueError(
            f"expected links between {len(source)} and {len(target)} words, got {outside[0]}"
        )
    texts = (" ".join(source), " ".join(target), source_language, target_language, as_text(links))
    return example.serialize(dict(zip(FEATURES, texts, strict=True)))


def parse(serialized_B: "tf.Tensor") -> "dict[str, tf.Tensor]":
    """Parses a batch of records.

    Args:
        serialized_B: strings, serialized tf.train.Examples.

    Returns:
        What `sentence_pair.parse` gives, words with one space between them, and `links` [B].

    Raises:
        tf.errors.InvalidArgumentError: a record lacks a feature.
    """
    import tensorflow as tf

    feature = tf.io.FixedLenFeature([], tf.string)
    return tf.io.parse_example(serialized_B, dict.fromkeys(FEATURES, feature))
