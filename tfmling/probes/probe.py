"""What a probe is: settings that read their data and say what an encoder makes of it.

Shapes: N sentences, D width.
"""

import abc
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol

import numpy as np
import pydantic

from tfmling.alignment.contextual import WordVectors
from tfmling.config import Settings
from tfmling.pages import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.modeling.encoder import Encoder

# names become keys of scores.json, which studies address by `a.b.c`
Name = Annotated[str, pydantic.Field(pattern=r"^[\w-]+$")]

Row = dict[str, str | int | float]
Figures = dict[str, int | float]


class ProbedEncoder(Protocol):
    """An encoder as probes see it.

    Attributes:
        layers: their numbers, from 1.
    """

    layers: tuple[int, ...]

    def words(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[WordVectors, ...]]:
        """States of the pieces of each sentence's words, by layer, without [CLS] and [SEP]."""

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        """The mean of each text's states without [CLS] and [SEP], float32 [layers, N, D]."""

    def cut(self, word: str) -> list[str]:
        """The pieces of a word."""

    def load(self) -> "Encoder":
        """A copy that may be trained."""


class Probe(Settings, abc.ABC):
    """One question to an encoder.

    Attributes:
        TITLE: over its table.
        PLACE: the columns that say what a row is about; what else is in a row are figures.
    """

    TITLE: ClassVar[str]
    PLACE: ClassVar[tuple[str, ...]]

    kind: str
    name: Name

    @abc.abstractmethod
    def read(self) -> Any:
        """All data, before any encoder is loaded.

        Raises:
            CorpusError: what cannot be used.
        """

    @abc.abstractmethod
    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """The table: one row a place, `PLACE` first, then figures.

        Args:
            encoder: what is asked.
            data: as `read` gives it.
        """

    @abc.abstractmethod
    def draw(self, rows: Sequence[Row]) -> "Figure":
        """The table as a picture."""

    def summary(self, rows: Sequence[Row]) -> Figures:
        """Figures of the table as a whole, by name."""
        return {}

    def tables(self, rows: Sequence[Row]) -> list[Table]:
        """What the page shows: the table, and what a kind adds to it."""
        header = list(rows[0])
        return [Table(self.TITLE, header, [[row[column] for column in header] for row in rows])]

    def nested(self, rows: Sequence[Row]) -> dict[str, Any]:
        """Figures by place, as scores.json has them, and `summary`."""
        found: dict[str, Any] = {}
        for row in rows:
            at = found
            for column in self.PLACE:
                at = at.setdefault(_key(column, row[column]), {})
            at.update({name: value for name, value in row.items() if name not in self.PLACE})
        summary = self.summary(rows)
        return found | ({"summary": summary} if summary else {})


def _key(column: str, value: str | float) -> str:
    return f"layer-{value}" if column == "layer" else str(value)
