"""What stands on a page: text, tables, figures and samples, each under a title."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import matplotlib.figure

Cell = str | int | float | None


@dataclasses.dataclass(frozen=True)
class Text:
    """Paragraphs."""

    kind: ClassVar[str] = "text"
    title: str
    paragraphs: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows under a header; columns of numbers are set flush right, None is an empty cell.

    Raises:
        ValueError: a row has more or fewer cells than the header.
    """

    kind: ClassVar[str] = "table"
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.header):
                raise ValueError(
                    f"table {self.title!r}, row {number}: expected {len(self.header)} cells "
                    f"({', '.join(self.header)}), got {len(row)}: {list(row)}"
                )

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers only."""
        columns = [[row[n] for row in self.rows] for n in range(len(self.header))]
        return [all(not isinstance(cell, str) for cell in column) for column in columns]


@dataclasses.dataclass(frozen=True)
class Plot:
    """A picture, drawn on a `matplotlib.figure.Figure` that was made without pyplot."""

    kind: ClassVar[str] = "plot"
    title: str
    figure: "matplotlib.figure.Figure"
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Samples:
    """Pieces of text as they were found, in any script and direction."""

    kind: ClassVar[str] = "samples"
    title: str
    texts: Sequence[str]
    note: str = ""
