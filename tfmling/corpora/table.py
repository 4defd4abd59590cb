"""Read the rows of tab-separated tables, quoted or not."""

import collections
import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Protocol

import pydantic

from tfmling.corpora.documents import excerpt
from tfmling.corpora.limits import CorpusError
from tfmling.corpora.lines import Line, read_lines

TAB = "\t"

# counted from 0, or a name in the header
Column = Annotated[int, pydantic.Field(ge=0)] | str

_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=\t|\Z)')
_UNCLOSED = re.compile(r'"(?:[^"]++|"")*+\Z')


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """The selected cells of a line, or a line with a problem.

    Example:
        >>> Row(Line(2, "17\\tHabari\\tsw"), cells=("Habari",)).line.number
        2
    """

    line: Line
    cells: tuple[str, ...] = ()


class Table(Protocol):
    """The settings of a table.

    Example:
        >>> from tfmling.corpora import Tsv
        >>> _ = open("a.tsv", "w").write("17\\tHabari\\n")
        >>> table: Table = Tsv(format="tsv", path="a.tsv", language="sw", column=1)
        >>> table.header, table.quoted, table.max_line_bytes
        (False, False, 1048576)
    """

    @property
    def header(self) -> bool:
        """See `read_rows`."""

    @property
    def quoted(self) -> bool:
        """See `read_rows`."""

    @property
    def max_line_bytes(self) -> int:
        """See `read_rows`."""


def read_rows(
    path: str, columns: Sequence[Column], *, header: bool, quoted: bool, max_line_bytes: int
) -> Iterator[Row]:
    """Yield the selected columns of each line that is not blank.

    Example:
        >>> _ = open("a.tsv", "w").write("id\\ttext\\n1\\tHabari\\n")
        >>> rows = read_rows("a.tsv", ["text"], header=True, quoted=False, max_line_bytes=1000)
        >>> [row.cells for row in rows]
        [('Habari',)]

    Args:
        path: a file, compressed or not.
        columns: numbers, or names in the header.
        header: whether the first line names the columns.
        quoted: whether cells may be in double quotes, with quotes in them doubled (RFC 4180); such
            cells may contain tabs and line ends.
        max_line_bytes: longer lines have a problem.

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


def read_corpus_rows(table: Table, path: str, columns: Sequence[Column]) -> Iterator[Row]:
    """Read rows like `read_rows`, but raise an error if no line has all columns.

    Raises:
        CorpusError: as `read_rows`, or no line has all columns.

    Example:
        >>> from tfmling.corpora import Tsv
        >>> _ = open("a.tsv", "w").write("17\\tHabari\\n")
        >>> corpus = Tsv(format="tsv", path="a.tsv", language="sw", column=1)
        >>> [row.cells for row in read_corpus_rows(corpus, "a.tsv", [1])]
        [('Habari',)]
    """
    too_short: Line | None = None
    any_complete = False
    for row in read_rows(
        path,
        columns,
        header=table.header,
        quoted=table.quoted,
        max_line_bytes=table.max_line_bytes,
    ):
        any_complete = any_complete or not row.line.problem
        if row.line.problem == "missing_columns":
            too_short = too_short or row.line
        yield row
    if too_short and not any_complete:
        wanted = ", ".join(map(repr, columns))
        raise CorpusError(
            f"{path}:{too_short.number}: expected the columns {wanted}, counted from 0, which no "
            f"line has; this line has {len(too_short.text.split(TAB))}: {too_short.text!r}"
        )


def _plain_rows(lines: Iterator[Line]) -> Iterator[tuple[Line, list[str]]]:
    return ((line, line.text.split(TAB)) for line in lines)


def check_columns(columns: Sequence[Column], header: bool) -> None:
    """Raise `ValueError` for a column name without a header.

    Example:
        >>> check_columns(["text"], header=False)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        ValueError: column 'text' is a name, which needs header: true; ...
    """
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
            f"{path}:1: the header has {names.count(column)} columns {column!r}: {names}; use the "
            "number of the column, counted from 0"
        )
    return names.index(column)


def quoted_rows(lines: Iterator[Line], max_characters: int) -> Iterator[tuple[Line, list[str]]]:
    """Yield the rows of a table with quoted cells, as spreadsheets and pandas write them.

    A cell that begins with a quote but is not quoted as a whole, such as `"Yes," she said`, is not
    changed. A quote that is never closed makes only its own line unreadable (`unclosed_quote`).

    Args:
        lines: of the file.
        max_characters: the limit of a row of several lines.

    Yields:
        Each row's first line with the text of all its lines, and its cells.

    Example:
        >>> lines = [Line(1, '17\\t"Habari'), Line(2, 'ya leo?"'), Line(3, "18\\tNzuri")]
        >>> [cells for line, cells in quoted_rows(iter(lines), max_characters=1000)]
        [['17', 'Habari\\nya leo?'], ['18', 'Nzuri']]
    """
    waiting: collections.deque[Line] = collections.deque()
    while (line := _next(waiting, lines)) is not None:
        if line.problem:
            yield line, []
            continue
        cells = split_cells(line.text)
        if cells is None:
            line, cells = _join_lines(line, waiting, lines, max_characters)
        yield line, cells or []


def split_cells(text: str) -> list[str] | None:
    r"""Split a row into cells and remove their quotes; None if a quote is not closed.

    Example:
        >>> split_cells('a\t"b ""c"" d"')
        ['a', 'b "c" d']
    """
    if '"' not in text:
        return text.split("\t")
    cells, at = [], 0
    while True:
        if found := _QUOTED.match(text, at):
            cells.append(found[1].replace('""', '"'))
            end = found.end()
        elif _UNCLOSED.match(text, at):
            return None
        else:
            end = text.find("\t", at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
        if end == len(text):
            return cells
        at = end + 1


def _join_lines(
    first: Line, waiting: collections.deque[Line], lines: Iterator[Line], max_characters: int
) -> tuple[Line, list[str] | None]:
    """Join a line and the following lines up to its closing quote."""
    taken: list[Line] = []
    texts, length = [first.text], len(first.text)
    while length <= max_characters and (line := _next(waiting, lines)) is not None:
        taken.append(line)
        if line.problem:
            break
        texts.append(line.text)
        length += 1 + len(line.text)
        if '"' in line.text:
            text = "\n".join(texts)
            cells = split_cells(text)
            if cells is not None and not _has_line_end_outside_quotes(text):
                return dataclasses.replace(first, text=text), cells
            if cells is not None:
                break
    waiting.extendleft(reversed(taken))
    return dataclasses.replace(first, text=excerpt(first.text), problem="unclosed_quote"), None


def _has_line_end_outside_quotes(text: str) -> bool:
    at = 0
    while at <= len(text):
        found = _QUOTED.match(text, at)
        end = found.end() if found else text.find("\t", at)
        end = len(text) if end < 0 else end
        if not found and "\n" in text[at:end]:
            return True
        at = end + 1
    return False


def _next(waiting: collections.deque[Line], lines: Iterator[Line]) -> Line | None:
    return waiting.popleft() if waiting else next(lines, None)
