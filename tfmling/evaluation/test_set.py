"""The base of all test sets: settings that read their texts and score a model's vectors of them.

Shapes: N sentences, D width.
"""

import abc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tfmling.core.config import Name, Settings
from tfmling.core.intervals import Scores
from tfmling.corpora import AnyMonolingual
from tfmling.evaluation.read_texts import Texts, read_sentences

UNDETERMINED = "und"  # BCP 47, for corpora that name the language of each line


@dataclass(frozen=True)
class Embeddings:
    """A model's vectors of the texts of a test set.

    Attributes:
        vectors: L2-normalized float32 [N, D] of each side.
        truncated: which texts are longer than the model's maximum, bool [N] of each side; None if
            the model does not say.

    Example:
        >>> vectors = np.eye(2, dtype=np.float32)
        >>> truncated = np.array([True, False]), np.array([False, False])
        >>> embeddings = Embeddings((vectors, vectors), truncated)
        >>> [int(own.sum()) for own in embeddings.truncated]  # of each side
        [1, 0]
    """

    vectors: tuple[np.ndarray, ...]
    truncated: tuple[np.ndarray, ...] | None = None


@dataclass(frozen=True)
class EmbeddedSet:
    """Everything that a test set needs to score a model.

    Attributes:
        texts: the sentences of each side.
        vectors: L2-normalized float32 [N, D] of each side; empty if `EMBEDS` is false.
        reference: the vectors of the reference model, if the set names one.
        neighbors: k of margins.
        folder: of the model.

    Example:
        >>> vectors = np.eye(2, dtype=np.float32)
        >>> texts = ["Hello.", "Peace."], ["Habari.", "Amani."]
        >>> embedded = EmbeddedSet(texts, (vectors, vectors))
        >>> embedded.neighbors
        4
    """

    texts: Texts
    vectors: tuple[np.ndarray, ...]
    reference: tuple[np.ndarray, ...] | None = None
    neighbors: int = 4
    folder: str = ""


class TestSet(Settings, abc.ABC):
    """Sentences and the scores computed on them; `kind` is a key of YAML and scores.json."""

    __test__ = False  # not a pytest class

    TITLE: ClassVar[str]
    """Of the kind's table."""
    METRICS: ClassVar[dict[str, str]]
    """The scores in the table and their headings; each has `_low` and `_high` beside it, the ends
    of its 95 % interval. The first is plotted.
    """
    AXIS: ClassVar[str]
    """Label of the plot."""
    BARS: ClassVar[bool] = True
    """Whether it is a bar plot; sets of many language pairs are heat maps."""
    EMBEDS: ClassVar[bool] = True
    """Whether sentence vectors are scored."""

    kind: str
    name: Name
    """Name of the set in tables and in scores.json."""
    reference: Name | None = None
    """Key of `models` to compare with; null: none."""

    @property
    @abc.abstractmethod
    def keys(self) -> list[str]:
        """The keys in scores.json: `sw-en` and `en-sw`, or a language."""

    def sides(self) -> Mapping[str, Sequence[int]]:
        """The sides whose sentences a key's score uses; keys that are absent use all sides."""
        return {}

    @abc.abstractmethod
    def read(self) -> Texts:
        """Read the sentences that are embedded.

        Raises:
            CorpusError: the set is not readable as a whole.
        """

    @abc.abstractmethod
    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Compute scores by key, with `count` among them."""


class SentencesSet(TestSet, abc.ABC):
    """A test set of one monolingual corpus."""

    sentences: AnyMonolingual
    """The sentences: a corpus as in build_monolingual."""

    @property
    def keys(self) -> list[str]:
        """The language."""
        return [self.sentences.language or UNDETERMINED]

    def read(self) -> Texts:
        """Read the sentences."""
        return (read_sentences(self.sentences),)


def kind_of(test_set: type[TestSet]) -> str:
    """Return the name of a kind in YAML.

    Example:
        >>> from tfmling.evaluation.tatoeba import TatoebaSet
        >>> kind_of(TatoebaSet)
        'tatoeba'
    """
    return str(test_set.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]


def places(sets: Iterable[TestSet]) -> list[tuple[str, str, str]]:
    """Return kind, name and key of all scores.

    Example:
        >>> from tfmling.evaluation.tatoeba import TatoebaSet
        >>> places([TatoebaSet(kind="tatoeba", name="36", folder=folder)])
        [('tatoeba', '36', 'all-en'), ('tatoeba', '36', 'en-all')]
    """
    return [(s.kind, s.name, key) for s in sets for key in s.keys]
