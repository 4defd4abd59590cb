"""Tables as Markdown, as GitHub renders them."""

from collections.abc import Sequence

from tfmling.core.printed import markdown_text
from tfmling.reports.sections import Cell, Table


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Return the lines of a table; markup in cells is escaped.

    Example:
        >>> print("\\n".join(markdown_table(("set", "F1"), [("sw", 0.5)])))
        | set | F1 |
        | --- | --- |
        | sw | 0.5 |
    """
    return [_line(header), _line(["---"] * len(header)), *map(_line, rows)]


def as_markdown(table: Table) -> str:
    """Return a table under its title, its note below it.

    Example:
        >>> print(as_markdown(Table("Scores", ["set", "F1"], [["sw", 0.5]])), end="")
        ## Scores
        <BLANKLINE>
        | set | F1 |
        | --- | --- |
        | sw | 0.5 |
    """
    lines = [f"## {table.title}", "", *markdown_table(table.header, table.rows)]
    return "\n".join([*lines, *(["", table.note] if table.note else []), ""])


def _line(cells: Sequence[Cell]) -> str:
    texts = ("" if cell is None else str(cell) for cell in cells)
    return f"| {' | '.join(markdown_text(text) for text in texts)} |"
