"""Isotropy: do vectors use all directions? Shapes: N vectors, D width."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.evaluation.aligned_set import CorpusPerLanguage
from tfmling.evaluation.read_texts import read_sentences
from tfmling.probes.probe import Probe, ProbedEncoder, Row, draw_by_layer

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Isotropy(Probe):
    """Mean cosine of any two pieces, by language and layer.

    Example:
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> sentences = [dict(format="plain_text", path="sw", language="sw")]
        >>> Isotropy(kind="isotropy", name="isotropy", sentences=sentences, max_sentences=1).read()
        {'sw': ['Habari.']}
    """

    TITLE: ClassVar = "Isotropy: mean cosine of two pieces (0: all directions alike)"
    PLACE: ClassVar = ("language", "layer")
    SCORE: ClassVar = "mean_cosine"

    kind: Literal["isotropy"]
    sentences: CorpusPerLanguage = pydantic.Field(min_length=1)
    """One corpus per language."""
    max_sentences: int = pydantic.Field(200, ge=1)
    """The first sentences of each are used."""

    def read(self) -> dict[str, list[str]]:
        """Read the sentences of each language."""
        return {
            str(corpus.language): read_sentences(corpus)[: self.max_sentences]
            for corpus in self.sentences
        }

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `mean_cosine` and `partition_isotropy` of the states of all pieces."""
        return [row for language in data for row in _rows(encoder, language, data[language])]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw the mean cosine by layer."""
        return draw_by_layer(rows, "mean_cosine", ["language"], "mean cosine of two pieces")


def _rows(encoder: ProbedEncoder, language: str, texts: Sequence[str]) -> Iterator[Row]:
    by_sentence = list(encoder.words([[text] for text in texts]))
    for number, layer in enumerate(encoder.layers):
        states_ND = np.concatenate([layers[number].vector for layers in by_sentence])
        yield {
            "language": language,
            "layer": layer,
            "mean_cosine": mean_cosine(states_ND),
            "partition_isotropy": partition_isotropy(states_ND),
            "count": len(states_ND),
        }


def mean_cosine(vector_ND: np.ndarray) -> float:
    """Return the mean cosine of two different vectors, -1 to 1; 0 if directions are uniform.

    Ethayarajh (2019), "How Contextual are Contextualized Word Representations?", section 3.2,
    estimated there from random pairs, computed here from all pairs.

    Raises:
        ValueError: fewer than two vectors, or one of length zero.

    Example:
        >>> mean_cosine(np.array([[1.0, 0.0], [0.0, 2.0]]))
        0.0
    """
    norm_N1 = np.linalg.norm(vector_ND, axis=1, keepdims=True)
    if len(vector_ND) < 2 or not norm_N1.all():
        raise ValueError("expected two vectors or more, none of length zero")
    # |sum of unit vectors|² is the sum of all cosines, including those with themselves
    total = np.square((vector_ND / norm_N1).sum(axis=0, dtype=np.float64)).sum()
    count = len(vector_ND)
    return float((total - count) / (count * (count - 1)))


def partition_isotropy(vector_ND: np.ndarray) -> float:
    """Return min Z(c) / max Z(c), where Z(c) = Σ exp(c · v); 1 if all directions are alike.

    Mu and Viswanath (2018), "All-but-the-Top", section 2.2: c runs over the eigenvectors of V'V.
    Here also over their opposites, since the sign of an eigenvector is arbitrary.

    Example:
        >>> partition_isotropy(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]))
        1.0
    """
    _, eigenvectors_DD = np.linalg.eigh(vector_ND.T @ vector_ND)
    product_ND = vector_ND @ eigenvectors_DD
    both = np.concatenate([product_ND, -product_ND], axis=1)
    largest = both.max(axis=0)
    log_z = largest + np.log(np.exp(both - largest).sum(axis=0))
    return float(np.exp(log_z.min() - log_z.max()))
