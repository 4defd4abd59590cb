"""The base of all probes: settings that read their data and measure an encoder.

Shapes: N sentences, D width.
"""

import abc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
    """An encoder as probes use it.

    Attributes:
        layers: their numbers, from 1.
    """

    layers: tuple[int, ...]

    def words(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[WordVectors, ...]]:
        """Yield the states of the pieces of each sentence by layer, without [CLS] and [SEP]."""

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        """Return the mean of each text's states, float32 [layers, N, D]; see `words`."""

    def cut(self, word: str) -> list[str]:
        """Return the pieces of a word."""

    def load(self) -> "Encoder":
        """Load a copy for training."""


class Probe(Settings, abc.ABC):
    """One measurement of an encoder."""

    TITLE: ClassVar[str]
    """Of its table."""
    PLACE: ClassVar[tuple[str, ...]]
    """The columns that identify a row; the other columns are scores."""
    SCORE: ClassVar[str] = "accuracy"
    """The score in tables by layer; scores.json has all."""

    kind: str
    name: Name
    """Name of the probe in tables and in probes.json."""

    @abc.abstractmethod
    def read(self) -> Any:
        """Read all data, before any encoder is loaded.

        Raises:
            CorpusError: the data cannot be used.
        """

    @abc.abstractmethod
    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Measure an encoder; returns rows with the columns of `PLACE` first, then scores.

        Args:
            encoder: to measure.
            data: as `read` returned it.
        """

    @abc.abstractmethod
    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Plot the rows."""

    def summary(self, rows: Sequence[Row]) -> Scores:
        """Compute scores of the table as a whole."""
        return {}

    def counts(self, data: Any) -> dict[str, Any]:
        """Return what was read, left out, repaired or cut, after `run`.

        Args:
            data: as `read` returned it.
        """
        return {}

    def tables(self, rows: Sequence[Row]) -> list[Table]:
        """Tabulate the rows, with a column per layer if they have layers."""
        if self.PLACE[-1] == "layer":
            return [self._by_layer(rows)]
        header = list(rows[0])
        return [Table(self.TITLE, header, [[row[column] for column in header] for row in rows])]

    def _by_layer(self, rows: Sequence[Row]) -> Table:
        layers = list(dict.fromkeys(row["layer"] for row in rows))
        found: dict[tuple[str | int | float, ...], dict[str | int | float, Cell]] = {}
        for row in rows:
            place = tuple(row[column] for column in self.PLACE[:-1])
            found.setdefault(place, {})[row["layer"]] = row[self.SCORE]
        cells = [[*place, *(own.get(n) for n in layers)] for place, own in found.items()]
        header = [*self.PLACE[:-1], *(f"layer {layer}" for layer in layers)]
        counts = sorted({int(row["count"]) for row in rows if "count" in row})
        numbers = f" Of {counts[0]:,} to {counts[-1]:,}." if counts else ""
        note = f"{self.SCORE.replace('_', ' ')}.{numbers} Intervals are in scores.json."
        return Table(self.TITLE, header, cells, note)

    def nested(self, rows: Sequence[Row]) -> dict[str, Any]:
        """Nest the scores by place, as in scores.json, with `summary`; `last` is the last layer.

        Raises:
            ValueError: two rows have the same place.
        """
        found: dict[str, Any] = {}
        for row in rows:
            at = found
            for column in self.PLACE[:-1]:
                at = at.setdefault(_key(column, row[column]), {})
            scores = {name: value for name, value in row.items() if name not in self.PLACE}
            key = _key(self.PLACE[-1], row[self.PLACE[-1]])
            if key in at:
                place = ", ".join(str(row[column]) for column in self.PLACE)
                raise ValueError(f"{self.name}: expected one row per place, got two of {place}")
            at[key] = scores
            if self.PLACE[-1] == "layer":
                at["last"] = scores
        summary = self.summary(rows)
        return found | ({"summary": summary} if summary else {})


def _key(column: str, value: str | float) -> str:
    return f"layer-{value}" if column == "layer" else str(value)


def require_different(names: Iterable[str], what: str) -> None:
    """Reject repeated names: the scores of one would replace those of the other.

    Args:
        names: in the order of the settings.
        what: a plural noun for the names, for the error message.

    Raises:
        ValueError: lists the repeated names.

    Example:
        >>> require_different(["de-en", "de-en"], "pairs of languages")
        Traceback (most recent call last):
        ValueError: expected pairs of languages that differ, got several times: de-en
    """
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"expected {what} that differ, got several times: {', '.join(repeated)}")


def draw_by_layer(rows: Sequence[Row], score: str, group: Sequence[str], label: str) -> "Figure":
    """Draw a score over layers, with a band if rows have `<score>_low` and `<score>_high`.

    Args:
        rows: with `layer`.
        score: the column to draw.
        group: the columns whose values identify a line.
        label: of the vertical axis.

    Example:
        >>> rows = [{"layer": 1, "languages": "de-en", "cka": 0.5}]
        >>> rows += [{"layer": 2, "languages": "de-en", "cka": 0.75}]
        >>> figure = draw_by_layer(rows, "cka", ["languages"], "linear CKA")
        >>> figure.axes[0].lines[0].get_ydata().tolist()
        [0.5, 0.75]
    """
    from tfmling.reports.plot import Line, draw_lines  # imported late: matplotlib

    def column(own: Sequence[Row], name: str) -> list[float] | None:
        return [float(row[name]) for row in own] if name in own[0] else None

    lines = {}
    for name in dict.fromkeys(tuple(row[key] for key in group) for row in rows):
        own = [row for row in rows if tuple(row[key] for key in group) == name]
        ends = (column(own, f"{score}_{end}") for end in ("low", "high"))
        x, y = column(own, "layer") or [], column(own, score) or []
        lines[", ".join(map(str, name))] = Line(x, y, *ends)
    return draw_lines(lines, "layer", label)
