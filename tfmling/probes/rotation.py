"""A rotation of one language's vectors onto the other's, learned from sentence pairs.

The baseline that Cao, Kitaev and Klein (2020), 2002.03518, section 4.1, call sentence-aligned
rotation, after Aldarmaki and Diab (2019), "Context-Aware Cross-Lingual Mapping": the orthogonal
matrix that brings the mean states of sentences nearest to those of their translations also turns
the states of words. The encoder itself stays as it is.

Shapes: N sentences or words, D width.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import numpy as np
import pydantic

from tfmling.core.intervals import share_with_interval
from tfmling.corpora import AnyBitext
from tfmling.evaluation.read_texts import read_pairs
from tfmling.probes.by_layer import draw_by_layer
from tfmling.probes.linked_words import AnyLinkedWords, LinkedWords, linked_vectors
from tfmling.probes.probe import Probe, ProbedEncoder, Row
from tfmling.probes.word_retrieval import retrieved

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class RotationData(NamedTuple):
    """Pairs to learn from, and translations to find: of words and of sentences."""

    learned_on: tuple[list[str], list[str]]
    words: LinkedWords
    sentences: tuple[list[str], list[str]]


class Rotation(Probe):
    """Retrieval before and after the source language is rotated, by layer.

    Attributes:
        learned_on: bitext of the languages of the test data, source first.
        words: linked translations that are to be found, by CSLS.
        sentences: translations that are to be found, by cosine.
        most_pairs: the first pairs that the rotation is learned from.
        most: the first words and sentences that are looked for.
        neighbors: k of CSLS.
    """

    TITLE: ClassVar = "Retrieval before and after a rotation learned from sentences"
    PLACE: ClassVar = ("of", "direction", "rotated", "layer")

    kind: Literal["rotation"]
    learned_on: AnyBitext
    words: AnyLinkedWords
    sentences: AnyBitext
    most_pairs: int = pydantic.Field(5000, ge=1)
    most: int = pydantic.Field(4000, ge=1)
    neighbors: int = pydantic.Field(10, ge=1)

    def read(self) -> RotationData:
        """All three sets."""
        source, target = read_pairs(self.learned_on)
        found = read_pairs(self.sentences)
        return RotationData(
            (source[: self.most_pairs], target[: self.most_pairs]),
            self.words.read(),
            (found[0][: self.most], found[1][: self.most]),
        )

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """`accuracy` with its Wilson interval, and `count` of words or sentences."""
        learned = [encoder.sentences(side) for side in data.learned_on]
        rotations = [procrustes(*sides) for sides in zip(*learned, strict=True)]
        source_words, target_words, _ = linked_vectors(encoder, data.words, self.most)
        sentences = [encoder.sentences(side) for side in data.sentences]
        return [
            *self._rows("words", encoder.layers, (source_words, target_words), rotations),
            *self._rows("sentences", encoder.layers, sentences, rotations),
        ]

    def counts(self, data: Any) -> dict[str, Any]:
        """Of the words, by reason."""
        return {"words": dict(data.words.counts)}

    def _rows(
        self,
        of: str,
        layers: Sequence[int],
        sides: Sequence[np.ndarray],
        rotations: Sequence[np.ndarray],
    ) -> Iterator[Row]:
        score: Literal["csls", "cosine"] = "csls" if of == "words" else "cosine"
        for layer, source_ND, target_ND, rotation_DD in zip(layers, *sides, rotations, strict=True):
            for rotated, own in (("no", source_ND), ("yes", source_ND @ rotation_DD)):
                for direction, pair in (
                    ("forward", (own, target_ND)),
                    ("backward", (target_ND, own)),
                ):
                    right_N = retrieved(*pair, score, self.neighbors)
                    figures = share_with_interval("accuracy", int(right_N.sum()), len(right_N))
                    place = dict(zip(self.PLACE, (of, direction, rotated, layer), strict=True))
                    yield {**place, **figures, "count": len(right_N)}

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Forward, words and sentences, before and after."""
        named = [
            {**row, "rotated": "rotated" if row["rotated"] == "yes" else "as it is"}
            for row in rows
            if row["direction"] == "forward"
        ]
        return draw_by_layer(named, "accuracy", ["of", "rotated"], "translation found")


def procrustes(source_ND: np.ndarray, target_ND: np.ndarray) -> np.ndarray:
    """The orthogonal matrix [D, D] that brings source_ND @ it nearest to target_ND.

    Schönemann (1966), "A generalized solution of the orthogonal Procrustes problem".
    """
    from scipy.linalg import orthogonal_procrustes

    return orthogonal_procrustes(source_ND, target_ND)[0].astype(source_ND.dtype)
