"""Rows of tab-separated values, for the formats that are such tables."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Annotated

import pydantic

from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import excerpt
from tfmling.corpora.lines import Line, read_lines
from tfmling.corpora.quoted_cells import quoted_rows

TAB = "\t"

# counted from 0, or a name in the header
Column = Annotated[int, pydantic.Field(ge=0)] | str


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """The wanted cells of a line, or the line with the problem that it has."""

    line: Line
    cells: tuple[str, ...] = ()


def read_rows(
    path: str, columns: Sequence[Column], *, header: bool, quoted: bool, max_line_bytes: int
) -> Iterator[Row]:
    """Yields the wanted columns of each line that is not blank.

    Args:
        path: a file, compressed or not.
        columns: which cells; names need a header.
        header: whether the first line names the columns.
        quoted: whether a cell may stand in double quotes, with quotes in it doubled; such a cell
            may hold tabs and line ends.
        max_line_bytes: longer lines are problems.

    Raises:
        CorpusError: the header lacks a column or has it twice.
    """
    lines = read_lines(path, max_line_bytes)
    rows = quoted_rows(lines, max_line_bytes) if quoted else _plain_rows(lines)
    first, names = next(rows, (Line(1, ""), [])) if header else (Line(0, ""), [])
    if first.problem:
        yield Row(first)
    indices = [_index(path, column, names) for column in columns]
    last = max(indices)
    for line, cells in rows:
        if line.problem:
            yield Row(line)
        elif line.text and not line.text.isspace():
            if len(cells) > last:
                yield Row(line, tuple(cells[index] for index in indices))
            else:
                text = excerpt(line.text)
                yield Row(dataclasses.replace(line, text=text, problem="missing_columns"))


def read_corpus_rows(
    path: str, columns: Sequence[Column], *, header: bool, quoted: bool, max_line_bytes: int
) -> Iterator[Row]:
    """As `read_rows`, for tables of which some lines may be broken, but not all.

    Raises:
        CorpusError: as `read_rows`, or every line has too few columns.
    """
    too_short: Line | None = None
    whole = False
    for row in read_rows(
        path, columns, header=header, quoted=quoted, max_line_bytes=max_line_bytes
    ):
        whole = whole or not row.line.problem
        if row.line.problem == "missing_columns":
            too_short = too_short or row.line
        yield row
    if too_short and not whole:
        wanted = ", ".join(map(repr, columns))
        raise CorpusError(
            f"{path}:{too_short.number}: expected the columns {wanted}, counted from 0, which no "
            f"line has; this one has {len(too_short.text.split(TAB))}: {too_short.text!r}"
        )


def _plain_rows(lines: Iterator[Line]) -> Iterator[tuple[Line, list[str]]]:
    return ((line, line.text.split(TAB)) for line in lines)


def check_columns(columns: Sequence[Column], header: bool) -> None:
    """Raises ValueError for a column that is named while there is no header with names."""
    named = [column for column in columns if isinstance(column, str)]
    if named and not header:
        raise ValueError(
            f"column {named[0]!r} is a name, which needs header: true; "
            "without a header expected a number, counted from 0"
        )


def _index(path: str, column: Column, names: list[str]) -> int:
    if isinstance(column, int):
        return column
    if column not in names:
        raise CorpusError(f"{path}:1: no column {column!r} in the header; it has {names}")
    if names.count(column) > 1:
        raise CorpusError(
            f"{path}:1: the header has {names.count(column)} columns {column!r}: {names}; give the "
            "number of the one that you mean, counted from 0"
        )
    return names.index(column)
