"""A rotation of one language's vectors onto another's, learned from sentence pairs.

The sentence-aligned rotation baseline of Cao, Kitaev and Klein (2020), 2002.03518, section 4.1,
after Aldarmaki and Diab (2019), "Context-Aware Cross-Lingual Mapping": the orthogonal matrix that
maps mean states of sentences closest to those of their translations is applied to words too. The
encoder is not changed.

Shapes: N sentences or words, D width.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import numpy as np
import pydantic

from tfmling.core.intervals import share_with_interval
from tfmling.corpora import AnyBitext
from tfmling.evaluation.read_texts import read_pairs
from tfmling.probes.linked_words import AnyLinkedWords, LinkedWords, linked_vectors
from tfmling.probes.probe import Probe, ProbedEncoder, Row, draw_by_layer
from tfmling.probes.word_retrieval import retrieved

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class RotationData(NamedTuple):
    """Pairs to learn from, and word and sentence translations to retrieve.

    Example:
        >>> linked = LinkedWords("sw-en", [("paka",)], [("cat",)], [frozenset({(0, 0)})])
        >>> data = RotationData((["Habari."], ["Hello."]), linked, (["Amani."], ["Peace."]))
        >>> data.train
        (['Habari.'], ['Hello.'])
    """

    train: tuple[list[str], list[str]]
    words: LinkedWords
    sentences: tuple[list[str], list[str]]


class Rotation(Probe):
    """Retrieval before and after rotation of the source language, by layer.

    Example:
        >>> _ = open("en", "w").write("cat\\n")
        >>> _ = open("sw", "w").write("paka\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> bitext = dict(format="moses", source="sw", target="en", **languages)
        >>> words = dict(kind="texts", pairs=dict(name="news", texts=[dict(bitext=bitext)]))
        >>> sets = dict(train=bitext, words=words, sentences=bitext)
        >>> Rotation(kind="rotation", name="rotation", **sets).read().train
        (['paka'], ['cat'])
    """

    TITLE: ClassVar = "Retrieval before and after a rotation learned from sentences"
    PLACE: ClassVar = ("of", "direction", "rotated", "layer")

    kind: Literal["rotation"]
    train: AnyBitext
    """Bitext in the languages of the test data, source first."""
    words: AnyLinkedWords
    """Linked words to retrieve, by CSLS."""
    sentences: AnyBitext
    """Sentence pairs to retrieve, by cosine."""
    max_train_pairs: int = pydantic.Field(5000, ge=1)
    """The rotation is learned from the first pairs."""
    max_queries: int = pydantic.Field(4000, ge=1)
    """The first words and sentences are retrieved."""
    neighbors: int = pydantic.Field(10, ge=1)
    """Neighbors k of CSLS."""

    def read(self) -> RotationData:
        """Read all three sets."""
        source, target = read_pairs(self.train)
        found = read_pairs(self.sentences)
        return RotationData(
            (source[: self.max_train_pairs], target[: self.max_train_pairs]),
            self.words.read(),
            (found[0][: self.max_queries], found[1][: self.max_queries]),
        )

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `accuracy` with its Wilson interval, and `count`."""
        learned = [encoder.sentences(side) for side in data.train]
        rotations = [procrustes(*sides) for sides in zip(*learned, strict=True)]
        source_words, target_words, _ = linked_vectors(encoder, data.words, self.max_queries)
        sentences = [encoder.sentences(side) for side in data.sentences]
        return [
            *self._rows("words", encoder.layers, (source_words, target_words), rotations),
            *self._rows("sentences", encoder.layers, sentences, rotations),
        ]

    def counts(self, data: Any) -> dict[str, Any]:
        """Return counts of the words by reason."""
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
        """Draw words and sentences before and after rotation, forward direction."""
        named = [
            {**row, "rotated": "rotated" if row["rotated"] == "yes" else "original"}
            for row in rows
            if row["direction"] == "forward"
        ]
        return draw_by_layer(named, "accuracy", ["of", "rotated"], "translation found")


def procrustes(source_ND: np.ndarray, target_ND: np.ndarray) -> np.ndarray:
    """Return the orthogonal matrix [D, D] that maps source_ND closest to target_ND.

    Schönemann (1966), "A generalized solution of the orthogonal Procrustes problem".

    Example:
        >>> vectors = np.eye(2)
        >>> np.abs(procrustes(vectors, vectors[::-1]).round(6)).tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """
    from scipy.linalg import orthogonal_procrustes

    return orthogonal_procrustes(source_ND, target_ND)[0].astype(source_ND.dtype)
