"""Sections of a page: text, tables, plots and samples, each with a title."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import matplotlib.figure

Cell = str | int | float | None


@dataclasses.dataclass(frozen=True)
class Text:
    """Paragraphs of plain text.

    Example:
        >>> from tfmling.reports import write_page
        >>> text = Text("Data", ["All sentences are from Tatoeba."])
        >>> write_page("report.html", title="Swahili", sections=[text])
        >>> "All sentences are from Tatoeba." in open("report.html").read()
        True
    """

    kind: ClassVar[str] = "text"
    title: str
    paragraphs: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows below a header. Columns of numbers are right-aligned; None is an empty cell.

    Raises:
        ValueError: a row does not have as many cells as the header.

    Example:
        >>> Table("F1", ["set", "F1"], [["tatoeba", 0.5]]).numeric
        [False, True]
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
        """Whether each column contains only numbers."""
        columns = [[row[n] for row in self.rows] for n in range(len(self.header))]
        return [all(not isinstance(cell, str) for cell in column) for column in columns]


@dataclasses.dataclass(frozen=True)
class Plot:
    """A `matplotlib.figure.Figure`, which must be created without pyplot.

    Example:
        >>> from tfmling.reports.plot import Line, draw_lines
        >>> figure = draw_lines({"train": Line([1, 2], [0.9, 0.4])}, "epoch", "loss")
        >>> Plot("Loss", figure, note="lower is better").title
        'Loss'
    """

    kind: ClassVar[str] = "plot"
    title: str
    figure: "matplotlib.figure.Figure"
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Samples:
    """Pieces of text in any script and direction.

    Example:
        >>> Samples("Greetings", ["Habari ya leo?", "ሰላም"]).texts[1]
        'ሰላም'
    """

    kind: ClassVar[str] = "samples"
    title: str
    texts: Sequence[str]
    note: str = ""


Section = Text | Table | Plot | Samples
