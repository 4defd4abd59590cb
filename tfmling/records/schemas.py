"""What a record of each kind holds, as a `tf.train.Example`.

Shape letters: B records of a batch, K hard negatives of a record.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tfmling.alignment.links import Link, as_text
from tfmling.records import example

if TYPE_CHECKING:
    import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Schema:
    """The features of one kind of record, each a single string or integer.

    `encode` needs no TensorFlow, so that Beam workers need none; `parse` is for tf.data.

    Example:
        >>> sentence = Schema({"text": str, "language": str})
        >>> example.deserialize(sentence.encode("Habari ya leo?", "sw"))["language"]
        'sw'

    Attributes:
        features: name of each feature -> `str` or `int`.
    """

    features: Mapping[str, type]

    def encode(self, *values: str | int) -> bytes:
        """Return a serialized Example; `values` are in the order of `features`."""
        return example.serialize(dict(zip(self.features, values, strict=True)))

    def parse(self, serialized_B: "tf.Tensor") -> "dict[str, tf.Tensor]":
        """Parse a batch of serialized Examples.

        Args:
            serialized_B: serialized Examples, strings.

        Returns:
            name -> [B] of each feature: UTF-8 strings, or int64.

        Raises:
            tf.errors.InvalidArgumentError: a record lacks a feature.
        """
        import tensorflow as tf

        dtypes = {str: tf.string, int: tf.int64}
        features = {
            name: tf.io.FixedLenFeature([], dtypes[kind]) for name, kind in self.features.items()
        }
        return tf.io.parse_example(serialized_B, features)


_PAIR = dict.fromkeys(("source", "target", "source_language", "target_language"), str)

sentence = Schema({"text": str, "language": str})
"""A sentence, written by build_monolingual."""

segment_pair = Schema({"first": str, "second": str, "is_next": int, "language": str})
"""Two segments for next sentence prediction, written by build_monolingual.

`is_next` is 1 if `second` followed `first` in its document, 0 if it is from another document.
"""

sentence_pair = Schema(_PAIR)
"""A sentence and its translation, written by build_bitext and mine_bitext."""


class AlignedPairSchema(Schema):
    """A sentence pair with word links, written by align_words.

    The words of a side are joined by spaces, so that the record can also be read as a sentence
    pair. Links are in the format of Pharaoh: `0-0 1-2`.

    Example:
        >>> source, target = ["Maji", "baridi"], ["Cold", "water"]
        >>> record = aligned_pair.encode(source, target, "sw", "en", [(0, 1), (1, 0)])
        >>> example.deserialize(record)["links"]
        '0-1 1-0'
    """

    def encode(  # type: ignore[override]
        self,
        source: Sequence[str],
        target: Sequence[str],
        source_language: str,
        target_language: str,
        links: Iterable[Link],
    ) -> bytes:
        """Return a serialized Example.

        Args:
            source: words without white space.
            target: words without white space.
            source_language: BCP-47 code.
            target_language: BCP-47 code.
            links: (source position, target position), counted from 0.

        Raises:
            ValueError: a word contains white space, or a link is out of range.
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
        sides = (" ".join(source), " ".join(target))
        return super().encode(*sides, source_language, target_language, as_text(links))


aligned_pair = AlignedPairSchema({**_PAIR, "links": str})
"""A sentence pair with word links, written by align_words."""


class HardNegativesSchema(Schema):
    """A sentence pair with hard negatives of its source, written by mine_negatives.

    Example:
        >>> record = hard_negatives.encode("Maji", "Water", "sw", "en", ["Milk", "Fire"])
        >>> example.deserialize_lists(record)["negatives"]
        ['Milk', 'Fire']
    """

    def encode(  # type: ignore[override]
        self,
        source: str,
        target: str,
        source_language: str,
        target_language: str,
        negatives: Sequence[str],
    ) -> bytes:
        """Return a serialized Example; `negatives`, the nearest first, may be empty."""
        values = (source, target, source_language, target_language)
        pair = dict(zip(self.features, values, strict=True))
        return example.serialize(pair | {"negatives": negatives})

    def parse(  # type: ignore[override]
        self, serialized_B: "tf.Tensor", negatives: int
    ) -> "dict[str, tf.Tensor]":
        """Parse a batch of serialized Examples.

        Args:
            serialized_B: serialized Examples, strings.
            negatives: K; the first K of each record are returned, padded with "".

        Returns:
            The features of a sentence pair, each [B], and `negatives` [B, K], UTF-8 strings.

        Raises:
            tf.errors.InvalidArgumentError: a record lacks a feature of a pair.
        """
        import tensorflow as tf

        ragged = tf.io.RaggedFeature(tf.string, row_splits_dtype=tf.int64)
        found = tf.io.parse_example(serialized_B, {"negatives": ragged})["negatives"]
        negatives_BK = found.to_tensor(shape=[None, negatives], default_value="")
        return super().parse(serialized_B) | {"negatives": negatives_BK}


hard_negatives = HardNegativesSchema(_PAIR)
"""A sentence pair with hard negatives of its source, written by mine_negatives."""


def texts_of(features: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the languages and texts of a record.

    Example:
        >>> texts_of({"text": "Habari", "language": "sw"})
        [('sw', 'Habari')]
    """
    if "text" in features:
        return [(features["language"], features["text"])]
    return [(features[f"{side}_language"], features[side]) for side in ("source", "target")]
