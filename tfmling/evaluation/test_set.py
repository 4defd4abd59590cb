"""What a test set is: settings that read their texts and score a model's vectors of them.

Shapes: N sentences, D width.
"""

import abc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pydantic

from tfmling.core.config import Name, Settings
from tfmling.core.intervals import Scores

UNDETERMINED = "und"  # BCP 47, where a corpus names its language line by line


Texts = tuple[list[str], ...]  # sentences by side: one, two (translations), or one a language


@dataclass(frozen=True)
class Scored:
    """What one model makes of a test set.

    Attributes:
        texts: the sentences of each side.
        vectors: their L2-normalized float32 vectors [N, D], by side.
        reference: the same of the reference model, where the set names one.
        neighbours: k of margins.
        folder: where the model lies.
    """

    texts: Texts
    vectors: tuple[np.ndarray, ...]
    reference: tuple[np.ndarray, ...] | None
    neighbours: int
    folder: str


class TestSet(Settings, abc.ABC):
    """Sentences, and what is measured on them; `kind` is the name in YAML and in scores.json.

    Attributes:
        TITLE: over the table of this kind.
        SHOWN: figures of the table and what its heading says of them; each figure has a `_low` and
            a `_high` beside it, the ends of its 95 % interval. The first is drawn.
        AXIS: what the drawn figure is.
        BARS: whether it is drawn as bars; many pairs of languages are a heat map instead.
        EMBEDS: whether sentence vectors are scored; otherwise `Scored.vectors` is empty.
    """

    __test__ = False  # not a test of pytest's

    TITLE: ClassVar[str]
    SHOWN: ClassVar[dict[str, str]]
    AXIS: ClassVar[str]
    BARS: ClassVar[bool] = True
    EMBEDS: ClassVar[bool] = True

    kind: str
    name: Name
    reference: Name | None = pydantic.Field(None, description="a key of `models`")

    @property
    @abc.abstractmethod
    def keys(self) -> list[str]:
        """What is scored, as it stands in scores.json: `sw-en`, `en-sw`; or the language."""

    def sides(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the sides whose sentences a key's score is of; all of a key not named."""
        return {}

    @abc.abstractmethod
    def read(self) -> Texts:
        """The sentences to be embedded.

        Raises:
            CorpusError: the set cannot be read whole.
        """

    @abc.abstractmethod
    def score(self, scored: Scored) -> dict[str, Scores]:
        """Scores by key; `count` among them."""


def kind_of(test_set: type[TestSet]) -> str:
    """The name of a kind in YAML."""
    return str(test_set.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]


def places(sets: Iterable[TestSet]) -> list[tuple[str, str, str]]:
    """(kind, name, key) of everything that is scored."""
    return [(s.kind, s.name, key) for s in sets for key in s.keys]
