"""Rows of tab-separated values, for the formats that are such tables."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Annotated

import pydantic

from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.lines import Line, read_lines
from tfmling.corpora.rejected import excerpt

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
        quoted: whether a cell may stand in double quotes, with quotes in it doubled.
        max_line_bytes: longer lines are problems.

    Raises:
        CorpusError: the header lacks a column.
    """
    lines = read_lines(path, max_line_bytes)
    first = next(lines, Line(1, "")) if header else Line(0, "")
    if first.problem:
        yield Row(first)
    names = _cells(first.text, quoted)
    indices = [_index(path, column, names) for column in columns]
    for line in lines:
        if line.problem:
            yield Row(line)
        elif line.text and not line.text.isspace():
            yield _row(line, _cells(line.text, quoted), indices)


def check_columns(columns: Sequence[Column], header: bool) -> None:
    """Raises ValueError for a column that is named while there is no header with names."""
    named = [column for column in columns if isinstance(column, str)]
    if named and not header:
        raise ValueError(
            f"column {named[0]!r} is a name, which needs header: true; "
            "without a header expected a number, counted from 0"
        )


def _row(line: Line, cells: list[str], indices: list[int]) -> Row:
    if len(cells) <= max(indices):
        return Row(dataclasses.replace(line, text=excerpt(line.text), problem="missing_columns"))
    return Row(line, tuple(cells[index] for index in indices))


def _index(path: str, column: Column, names: list[str]) -> int:
    if isinstance(column, int):
        return column
    if column not in names:
        raise CorpusError(f"{path}:1: no column {column!r} in the header; it has {names}")
    return names.index(column)


def _cells(text: str, quoted: bool) -> list[str]:
    cells = text.split("\t")
    return [_unquote(cell) for cell in cells] if quoted else cells


def _unquote(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell
