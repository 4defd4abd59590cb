"""What a probe is: settings that read their data and say what an encoder makes of it.

Shapes: N sentences, D width.
"""

import abc
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from tfmling.alignment.contextual import WordVectors
from tfmling.core.config import Name, Settings
from tfmling.core.intervals import Scores
from tfmling.reports import Table
from tfmling.reports.sections import Cell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.modeling.encoder import Encoder


Row = dict[str, str | int | float]


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
        FIGURE: the figure that tables by layer show; all are in scores.json.
    """

    TITLE: ClassVar[str]
    PLACE: ClassVar[tuple[str, ...]]
    FIGURE: ClassVar[str] = "accuracy"

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

    def summary(self, rows: Sequence[Row]) -> Scores:
        """Scores of the table as a whole, by name."""
        return {}

    def counts(self, data: Any) -> dict[str, Any]:
        """What was read, left out, mended or cut, by part and reason; of data that `run` was given.

        Args:
            data: as `read` gives it.
        """
        return {}

    def tables(self, rows: Sequence[Row]) -> list[Table]:
        """What the page shows: the table, a column a layer if it has them."""
        if self.PLACE[-1] == "layer":
            return [self._by_layer(rows)]
        header = list(rows[0])
        return [Table(self.TITLE, header, [[row[column] for column in header] for row in rows])]

    def _by_layer(self, rows: Sequence[Row]) -> Table:
        layers = list(dict.fromkeys(row["layer"] for row in rows))
        found: dict[tuple[str | int | float, ...], dict[str | int | float, Cell]] = {}
        for row in rows:
            place = tuple(row[column] for column in self.PLACE[:-1])
            found.setdefault(place, {})[row["layer"]] = row[self.FIGURE]
        cells = [[*place, *(own.get(n) for n in layers)] for place, own in found.items()]
        header = [*self.PLACE[:-1], *(f"layer {layer}" for layer in layers)]
        counts = sorted({int(row["count"]) for row in rows if "count" in row})
        asked = f" Of {counts[0]:,} to {counts[-1]:,}." if counts else ""
        note = f"{self.FIGURE.replace('_', ' ')}.{asked} Intervals are in scores.json."
        return Table(self.TITLE, header, cells, note)

    def nested(self, rows: Sequence[Row]) -> dict[str, Any]:
        """Scores by place, as scores.json has them, and `summary`; `last` is the last layer.

        Raises:
            ValueError: two rows of one place.
        """
        found: dict[str, Any] = {}
        for row in rows:
            at = found
            for column in self.PLACE[:-1]:
                at = at.setdefault(_key(column, row[column]), {})
            figures = {name: value for name, value in row.items() if name not in self.PLACE}
            key = _key(self.PLACE[-1], row[self.PLACE[-1]])
            if key in at:
                place = ", ".join(str(row[column]) for column in self.PLACE)
                raise ValueError(f"{self.name}: expected one row a place, got two of {place}")
            at[key] = figures
            if self.PLACE[-1] == "layer":
                at["last"] = figures
        summary = self.summary(rows)
        return found | ({"summary": summary} if summary else {})


def _key(column: str, value: str | float) -> str:
    return f"layer-{value}" if column == "layer" else str(value)
