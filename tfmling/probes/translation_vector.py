"""Is translation a constant offset? Shapes: N sentence pairs, D width.

Pires, Schlinger and Garrette (2019), section 5: the mean difference between the states of
translations is added to the state of a source sentence; the nearest target state (Euclidean) should
be that of its translation.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.intervals import share_with_interval
from tfmling.corpora import AnyBitext
from tfmling.evaluation.read_texts import read_pairs
from tfmling.probes.probe import Probe, ProbedEncoder, Row, draw_by_layer, require_different

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Languages = tuple[str, str]

_BLOCK = 1024  # source sentences at a time


class TranslationVector(Probe):
    """Accuracy of adding one vector to find translations, by layer and in both directions.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> pairs = [dict(format="moses", source="sw", target="en", **languages)]
        >>> TranslationVector(kind="translation_vector", name="offset", pairs=pairs).read()
        {('sw', 'en'): (['Habari.', 'Amani.'], ['Hello.', 'Peace.'])}
    """

    TITLE: ClassVar = "Translation vector: share of sentences that it leads to their translation"
    PLACE: ClassVar = ("languages", "layer")

    kind: Literal["translation_vector"]
    pairs: list[AnyBitext] = pydantic.Field(min_length=1)
    """Bitexts, one per pair of languages."""
    max_pairs: int = pydantic.Field(5000, ge=1)
    """The first pairs of each are used; 5,000 in the paper."""

    @pydantic.field_validator("pairs")
    @classmethod
    def _languages_differ(cls, pairs: list[AnyBitext]) -> list[AnyBitext]:
        both = [sorted((own.source_language, own.target_language)) for own in pairs]
        require_different(map("-".join, both), "pairs of languages, in either direction,")
        return pairs

    def read(self) -> dict[Languages, tuple[list[str], list[str]]]:
        """Read both sides of each bitext, by source and target language."""
        return {
            (own.source_language, own.target_language): _first(read_pairs(own), self.max_pairs)
            for own in self.pairs
        }

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `accuracy` with its Wilson interval, and `count`."""
        return [row for languages in data for row in _rows(encoder, languages, *data[languages])]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw a line per direction."""
        return draw_by_layer(rows, "accuracy", ["languages"], "translation found")


def _first(sides: tuple[list[str], list[str]], most: int) -> tuple[list[str], list[str]]:
    source, target = sides
    return source[:most], target[:most]


def _rows(
    encoder: ProbedEncoder, languages: Languages, sources: list[str], targets: list[str]
) -> Iterator[Row]:
    source, target = languages
    source_LND, target_LND = encoder.sentences(sources), encoder.sentences(targets)
    for direction, one_LND, other_LND in (
        (f"{source}-{target}", source_LND, target_LND),
        (f"{target}-{source}", target_LND, source_LND),
    ):
        for layer, own, its in zip(encoder.layers, one_LND, other_LND, strict=True):
            share = nearest_accuracy(own, its, translation_vector(own, its))
            figures = share_with_interval("accuracy", round(share * len(own)), len(own))
            yield {"languages": direction, "layer": layer, **figures, "count": len(own)}


def translation_vector(source_ND: np.ndarray, target_ND: np.ndarray) -> np.ndarray:
    """Return the mean of target - source, [D].

    Example:
        >>> translation_vector(np.zeros((2, 2)), np.array([[1.0, 0.0], [3.0, 0.0]])).tolist()
        [2.0, 0.0]
    """
    return (target_ND - source_ND).mean(axis=0)


def nearest_accuracy(source_ND: np.ndarray, target_ND: np.ndarray, vector_D: np.ndarray) -> float:
    """Return the share of vectors whose nearest target, after adding `vector_D`, is their own.

    Args:
        source_ND: vectors of sentences.
        target_ND: vectors of their translations, row by row.
        vector_D: see `translation_vector`; of these pairs, as in the paper, or of others.

    Example:
        >>> source = np.array([[0.0, 0.0], [1.0, 0.0]])
        >>> nearest_accuracy(source, source + [0.0, 2.0], np.array([0.0, 2.0]))
        1.0
    """
    squared_N = np.square(target_ND).sum(axis=1)
    right = 0
    for start in range(0, len(source_ND), _BLOCK):
        moved_BD = source_ND[start : start + _BLOCK] + vector_D
        # |a - b|² without |a|², which is constant in b
        distance_BN = squared_N - 2 * moved_BD @ target_ND.T
        right += int((distance_BN.argmin(axis=1) == np.arange(start, start + len(moved_BD))).sum())
    return right / len(source_ND)
