"""Similarity of the states of two languages (CKA). Shapes: N sentences, D and E widths."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.evaluation.aligned_set import CorpusPerLanguage
from tfmling.evaluation.read_texts import read_line_by_line
from tfmling.probes.probe import Probe, ProbedEncoder, Row, draw_by_layer

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class RepresentationSimilarity(Probe):
    """Linear CKA of translations, by layer.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> sides = [dict(format="plain_text", path=x, language=x) for x in ("en", "sw")]
        >>> settings = dict(kind="representation_similarity", name="cka", sentences=sides)
        >>> RepresentationSimilarity(**settings).read()
        {'en': ['Hello.', 'Peace.'], 'sw': ['Habari.', 'Amani.']}
    """

    TITLE: ClassVar = "Similarity of translations' states: linear CKA (0 to 1)"
    PLACE: ClassVar = ("languages", "layer")
    SCORE: ClassVar = "cka"

    kind: Literal["representation_similarity"]
    sentences: CorpusPerLanguage = pydantic.Field(min_length=2)
    """One corpus per language, with the same sentence in line i of each. The first language is
    compared with all others.
    """
    max_sentences: int = pydantic.Field(1000, ge=2)
    """The first sentences are used."""

    def read(self) -> dict[str, list[str]]:
        """Read the sentences of each language."""
        sides = read_line_by_line(self.name, self.sentences)
        languages = [str(corpus.language) for corpus in self.sentences]
        return {
            name: side[: self.max_sentences] for name, side in zip(languages, sides, strict=True)
        }

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `cka` of the first language with each other one."""
        first, *others = data
        first_LND = encoder.sentences(data[first])
        return [
            {"languages": f"{first}-{other}", "layer": layer, "cka": linear_cka(own, its)}
            for other in others
            for layer, own, its in zip(
                encoder.layers, first_LND, encoder.sentences(data[other]), strict=True
            )
        ]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw a line per pair of languages."""
        return draw_by_layer(rows, "cka", ["languages"], "linear CKA")


def linear_cka(first_ND: np.ndarray, second_NE: np.ndarray) -> float:
    """Compute centered kernel alignment with a linear kernel, 0 to 1.

    Kornblith et al. (2019), "Similarity of Neural Network Representations Revisited", section 3:
    |Y'X|² / (|X'X| |Y'Y|) with Frobenius norms and centered columns. It is invariant
    to rotation and scaling of either side.

    Args:
        first_ND: states of N sentences.
        second_NE: states of the same sentences, or of their translations.

    Raises:
        ValueError: the numbers of rows differ, or a side has no variance.

    Example:
        >>> states = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
        >>> round(linear_cka(states, 3 * states[:, ::-1]), 6)
        1.0
    """
    if len(first_ND) != len(second_NE):
        raise ValueError(f"expected equally many rows, got {len(first_ND)} and {len(second_NE)}")
    x_ND, y_NE = (side - side.mean(axis=0) for side in (first_ND, second_NE))
    own = np.linalg.norm(x_ND.T @ x_ND) * np.linalg.norm(y_NE.T @ y_NE)
    if own == 0:
        raise ValueError("expected rows that differ, got a side whose rows are all alike")
    return float(np.linalg.norm(y_NE.T @ x_ND) ** 2 / own)
