"""Is translation the same step everywhere? N sentence pairs, D width.

Pires, Schlinger and Garrette (2019), section 5: the mean difference of the states of translations
is added to a source sentence's state; the nearest target state (Euclidean) should be that of its
translation.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.intervals import share_with_interval
from tfmling.corpora import AnyBitext
from tfmling.evaluation.read_texts import read_pairs
from tfmling.probes.by_layer import draw_by_layer
from tfmling.probes.different import require_different
from tfmling.probes.probe import Probe, ProbedEncoder, Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Languages = tuple[str, str]

_BLOCK = 1024  # source sentences at a time


class TranslationVector(Probe):
    """Whether one vector leads from sentences to their translations, by layer, both directions.

    Attributes:
        pairs: bitexts, one for two languages, since both directions are asked.
        most: the first pairs of each that are taken; the paper took 5,000.
    """

    TITLE: ClassVar = "Translation vector: share of sentences that it leads to their translation"
    PLACE: ClassVar = ("languages", "layer")

    kind: Literal["translation_vector"]
    pairs: list[AnyBitext] = pydantic.Field(min_length=1)
    most: int = pydantic.Field(5000, ge=1)

    @pydantic.field_validator("pairs")
    @classmethod
    def _languages_differ(cls, pairs: list[AnyBitext]) -> list[AnyBitext]:
        both = [sorted((own.source_language, own.target_language)) for own in pairs]
        require_different(map("-".join, both), "pairs of languages, in either direction,")
        return pairs

    def read(self) -> dict[Languages, tuple[list[str], list[str]]]:
        """Both sides of each bitext, by source and target language."""
        return {
            (own.source_language, own.target_language): _first(read_pairs(own), self.most)
            for own in self.pairs
        }

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """`accuracy` with its Wilson interval, and `count` of sentences."""
        return [row for languages in data for row in _rows(encoder, languages, *data[languages])]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """One line a direction."""
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
    """[D]: the mean of target - source."""
    return (target_ND - source_ND).mean(axis=0)


def nearest_accuracy(source_ND: np.ndarray, target_ND: np.ndarray, vector_D: np.ndarray) -> float:
    """Share of source vectors whose nearest target, after `vector_D` is added, is their own.

    Args:
        source_ND: vectors of sentences.
        target_ND: vectors of their translations, row by row.
        vector_D: as `translation_vector` gives it, of these pairs (as in the paper) or of others.
    """
    squared_N = np.square(target_ND).sum(axis=1)
    right = 0
    for start in range(0, len(source_ND), _BLOCK):
        moved_BD = source_ND[start : start + _BLOCK] + vector_D
        # |a - b|² without |a|², which is the same for all b
        distance_BN = squared_N - 2 * moved_BD @ target_ND.T
        right += int((distance_BN.argmin(axis=1) == np.arange(start, start + len(moved_BD))).sum())
    return right / len(source_ND)
