"""Contextual word retrieval: is the nearest word of the other language the translation?

Cao, Kitaev and Klein (2020), "Multilingual Alignment of Contextual Word Representations", section
5: every word of aligned text searches for its translation among all words of the other side by CSLS
(Conneau et al. 2018, `tfmling.mining.margins`).

Shapes: N word pairs, D width.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.intervals import share_with_interval
from tfmling.mining.neighbors import nearest_neighbors
from tfmling.probes.linked_words import AnyLinkedWords, LinkedWords, linked_vectors
from tfmling.probes.probe import Probe, ProbedEncoder, Row, draw_by_layer, require_different

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Score = Literal["csls", "cao_released", "cosine"]

# https://universaldependencies.org/u/pos/; PUNCT, SYM and X belong to neither class
OPEN_CLASS = ("ADJ", "ADV", "INTJ", "NOUN", "PROPN", "VERB")
CLOSED_CLASS = ("ADP", "AUX", "CCONJ", "DET", "NUM", "PART", "PRON", "SCONJ")

_BLOCK = 1024  # queries at a time
_UNTAGGED = "X"  # of no class


class WordRetrieval(Probe):
    """Words search for their translations among all words, by layer and in both directions.

    Example:
        >>> _ = open("en", "w").write("cat\\n")
        >>> _ = open("sw", "w").write("paka\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> bitext = dict(format="moses", source="sw", target="en", **languages)
        >>> words = dict(kind="texts", pairs=dict(name="news", texts=[dict(bitext=bitext)]))
        >>> [linked] = WordRetrieval(kind="word_retrieval", name="words", words=[words]).read()
        >>> linked.sources, linked.targets
        ([('paka',)], [('cat',)])
    """

    TITLE: ClassVar = "Contextual word retrieval (95 % Wilson interval)"
    PLACE: ClassVar = ("languages", "score", "direction", "words", "layer")

    kind: Literal["word_retrieval"]
    words: list[AnyLinkedWords] = pydantic.Field(min_length=1)
    """Linked translations."""
    scores: tuple[Score, ...] = ("csls", "cao_released")
    """How words are compared; see `retrieved`."""
    neighbors: int = pydantic.Field(10, ge=1)
    """Neighbors k of CSLS."""
    max_links: int = pydantic.Field(4000, ge=1)
    """The first links are used."""

    @pydantic.model_validator(mode="after")
    def _places_differ(self) -> "WordRetrieval":
        require_different((own.languages for own in self.words), "pairs of languages")
        require_different(self.scores, "scores")
        return self

    def read(self) -> list[LinkedWords]:
        """Read the links of all pairs of languages."""
        return [own.read() for own in self.words]

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `accuracy` of all words, and of open- and closed-class words if tags are known.

        The classes are those of the source words, in both directions.
        """
        rows: list[Row] = []
        for own in data:
            *sides, has_both = linked_vectors(encoder, own, self.max_links)
            tags = own.flat_tags(self.max_links)
            kept = _kept(tags, has_both) if tags else [_UNTAGGED] * int(has_both.sum())
            for score in self.scores:
                rows += self._score(own.languages, encoder.layers, sides, kept, score)
        return rows

    def counts(self, data: Any) -> dict[str, Any]:
        """Return counts by languages and reason."""
        return {own.languages: dict(own.counts) for own in data}

    def _score(
        self,
        languages: str,
        layers: Sequence[int],
        sides: Sequence[np.ndarray],
        tags: Sequence[str],
        score: Score,
    ) -> Iterator[Row]:
        for direction, (one, other) in (("forward", sides), ("backward", sides[::-1])):
            for layer, own, its in zip(layers, one, other, strict=True):
                right_N = retrieved(own, its, score, self.neighbors)
                for words, (share, count) in accuracy_by_class(right_N, tags).items():
                    yield {
                        **dict(zip(self.PLACE, (languages, score, direction, words, layer),
                                   strict=True)),
                        **share_with_interval("accuracy", round(share * count), count),
                        "count": count,
                    }  # fmt: skip

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw all words by the first score, a line per direction."""
        drawn = [row for row in rows if (row["words"], row["score"]) == ("all", self.scores[0])]
        group = ["languages", "direction"]
        return draw_by_layer(drawn, "accuracy", group, f"translation found, {self.scores[0]}")


def _kept(tags: Sequence[str], is_kept: np.ndarray) -> list[str]:
    return [tag for tag, kept in zip(tags, is_kept, strict=True) if kept]


def retrieved(
    source_ND: np.ndarray, target_ND: np.ndarray, score: Score = "csls", k: int = 10
) -> np.ndarray:
    """Return whether each source word finds its translation, bool [N].

    Args:
        source_ND: float32 vectors of words.
        target_ND: vectors of their translations, row by row.
        score: `csls`: 2 cos(x, y) - mean cosine of x with its k nearest targets - mean cosine of y
            with its k nearest sources. `cao_released`: as the paper's code, which divides by the
            norm of the whole matrix instead of each row's, so that dot products are compared and
            long vectors are near to all. `cosine`: the baseline.
        k: neighbors of CSLS; all if there are fewer words.

    Raises:
        ValueError: the shapes differ.

    Example:
        >>> vectors = np.eye(3, dtype=np.float32)
        >>> retrieved(vectors, vectors[[0, 2, 1]], "cosine").tolist()
        [True, False, False]
    """
    if source_ND.shape != target_ND.shape:
        raise ValueError(f"expected equal shapes, got {source_ND.shape} and {target_ND.shape}")
    source_ND, target_ND = (_normalized(side, score) for side in (source_ND, target_ND))
    hubness_N = np.zeros(len(target_ND), np.float32)
    if score != "cosine" and len(target_ND):
        neighbors = nearest_neighbors(target_ND, source_ND, min(k, len(source_ND)))
        hubness_N = neighbors.mean_similarity
    right_N = np.zeros(len(source_ND), bool)
    for start in range(0, len(source_ND), _BLOCK):
        # the mean over x's own neighbors is the same for all y
        score_BN = 2 * source_ND[start : start + _BLOCK] @ target_ND.T - hubness_N
        own = np.arange(start, start + len(score_BN))
        right_N[own] = score_BN.argmax(axis=1) == own
    return right_N


def _normalized(side_ND: np.ndarray, score: Score) -> np.ndarray:
    if score == "cao_released":
        norm = np.linalg.norm(side_ND)
    else:
        norm = np.linalg.norm(side_ND, axis=1, keepdims=True)
    return (side_ND / np.where(norm > 0, norm, 1.0)).astype(np.float32)


def accuracy_by_class(right_N: np.ndarray, tags: Sequence[str]) -> dict[str, tuple[float, int]]:
    """Compute accuracy and number of words for `all`, `open` and `closed` class words.

    Args:
        right_N: as `retrieved` returns it.
        tags: the UPOS tag of each source word.

    Returns:
        Class -> (accuracy, count), for classes with words.

    Example:
        >>> accuracy_by_class(np.array([True, False]), ["NOUN", "DET"])
        {'all': (0.5, 2), 'open': (1.0, 1), 'closed': (0.0, 1)}
    """
    tag_N = np.array(tags, dtype=object)
    classes = {
        "all": np.ones(len(right_N), bool),
        "open": np.isin(tag_N, OPEN_CLASS),
        "closed": np.isin(tag_N, CLOSED_CLASS),
    }
    return {
        name: (float(right_N[own].mean()), int(own.sum()))
        for name, own in classes.items()
        if own.any()
    }
