"""Rows of Parquet files, read one row group after the other."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from tfmling.core import extras, files
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Rejected, excerpt

_BATCH_ROWS = 128  # few, since a long text that a dictionary holds once stands in every row
_SHOWN_BYTES = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class ParquetRow:
    """The wanted cells of a row, or why they cannot be read.

    Attributes:
        number: counted from 1.
        cells: in the order of the columns.
        problem: `corrupt_parquet` (the file, or a row group of which this is the first row),
            `not_utf8` or `record_too_long`.
    """

    number: int
    cells: tuple[Any, ...] = ()
    problem: str | None = None
    shown: str = ""

    def rejected(self, path: str, language: str, reason: str | None = None) -> Rejected:
        """The row as something that could not be read."""
        shown = self.shown or "\t".join(map(str, self.cells))
        return Rejected(
            f"{path}:{self.number}", language, reason or self.problem or "", excerpt(shown)
        )


def read_rows(
    path: str, columns: Sequence[str], *, texts: Sequence[str], max_cell_bytes: int
) -> Iterator[ParquetRow]:
    """Yields the wanted cells of each row; text is a string, whatever kind of string Arrow has.

    A row group that cannot be read is one row with a problem; those after it are read. Bytes are
    read as UTF-8, a list of strings as the lines of one text.

    Args:
        path: a Parquet file.
        columns: which cells.
        texts: the columns that must hold text.
        max_cell_bytes: a longer text is a problem.

    Raises:
        CorpusError: the file has not got a column, has it twice, or has no text in one of `texts`.
    """
    parquet = extras.load("pyarrow.parquet", "web")
    with files.open_binary(path) as file:
        try:
            opened = parquet.ParquetFile(file, page_checksum_verification=True)
        except _errors() as error:
            yield ParquetRow(1, problem="corrupt_parquet", shown=str(error))
            return
        _check_columns(path, columns, opened.schema_arrow.names)
        for name in texts:
            _check_type(path, opened.schema_arrow.field(name))
        for row in _rows(opened, columns, max_cell_bytes):
            for cell in row.cells:
                if type(cell) is not str or len(cell) > max_cell_bytes:
                    yield _checked(row, max_cell_bytes)
                    break
            else:
                yield row


def _checked(row: ParquetRow, max_cell_bytes: int) -> ParquetRow:
    """The row with its texts as strings, or the problem that one of them has."""
    cells: list[Any] = []
    for cell in row.cells:
        cell = _joined(cell) if isinstance(cell, list) else cell
        if isinstance(cell, _TooLong):
            return ParquetRow(row.number, problem="record_too_long", shown=cell.shown)
        if isinstance(cell, bytes):
            shown = cell[:_SHOWN_BYTES].decode(errors="backslashreplace")
            if len(cell) > max_cell_bytes:
                return ParquetRow(row.number, problem="record_too_long", shown=shown)
            try:
                cell = cell.decode()
            except UnicodeDecodeError:
                return ParquetRow(row.number, problem="not_utf8", shown=shown)
        elif isinstance(cell, str) and len(cell) > max_cell_bytes:
            return ParquetRow(row.number, problem="record_too_long", shown=cell[:_SHOWN_BYTES])
        cells.append(cell)
    return ParquetRow(row.number, tuple(cells), row.problem, row.shown)


def _joined(cell: list[Any]) -> Any:
    """Strings as the lines of one text; what is no list of strings stays as it is."""
    lines = [line.encode() if isinstance(line, str) else line for line in cell if line is not None]
    return b"\n".join(lines) if all(isinstance(line, bytes) for line in lines) else cell


def _rows(opened: Any, columns: Sequence[str], max_cell_bytes: int) -> Iterator[ParquetRow]:
    first = 1
    for group in range(opened.num_row_groups):
        last = first
        for row in _rows_of_group(opened, group, columns, first, max_cell_bytes):
            last = row.number
            yield row
        first = max(last + 1, first + opened.metadata.row_group(group).num_rows)


def _rows_of_group(
    opened: Any, group: int, columns: Sequence[str], number: int, max_cell_bytes: int
) -> Iterator[ParquetRow]:
    try:
        for batch in opened.iter_batches(_BATCH_ROWS, row_groups=[group], columns=list(columns)):
            for cells in _cells(batch, columns, max_cell_bytes):
                yield ParquetRow(number, cells)
                number += 1
    except _errors() as error:
        yield ParquetRow(number, problem="corrupt_parquet", shown=str(error))


def _cells(batch: Any, columns: Sequence[str], max_cell_bytes: int) -> Iterator[tuple[Any, ...]]:
    return zip(*(_values(batch.column(name), max_cell_bytes) for name in columns), strict=True)


@dataclasses.dataclass(frozen=True, slots=True)
class _TooLong:
    """A text that is not copied out of Arrow's memory."""

    shown: str


def _values(column: Any, max_cell_bytes: int) -> list[Any]:
    """The cells of a column; all of them as bytes where one is not UTF-8."""
    arrow = extras.load("pyarrow", "web")
    if arrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    long = _long_cells(column, max_cell_bytes)
    if long:
        keep = arrow.array([row not in long for row in range(len(column))])
        column = extras.load("pyarrow.compute", "web").if_else(keep, column, None)
    try:
        values = column.to_pylist()
    except UnicodeDecodeError:
        values = column.cast(_binary(arrow, column.type)).to_pylist()
    return [long.get(row, value) for row, value in enumerate(values)] if long else values


def _long_cells(column: Any, max_cell_bytes: int) -> dict[int, _TooLong]:
    types = extras.load("pyarrow", "web").types
    kinds = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    if column.nbytes <= max_cell_bytes or not any(is_kind(column.type) for is_kind in kinds):
        return {}
    lengths = extras.load("pyarrow.compute", "web").binary_length(column).to_pylist()
    return {
        row: _TooLong(_beginning(column[row]))
        for row, length in enumerate(lengths)
        if length is not None and length > max_cell_bytes
    }


def _beginning(cell: Any) -> str:
    return cell.as_buffer()[:_SHOWN_BYTES].to_pybytes().decode(errors="backslashreplace")


def _binary(arrow: Any, kind: Any) -> Any:
    """The type of the same bytes that are not said to be UTF-8."""
    types = arrow.types
    if types.is_large_list(kind):
        return arrow.large_list(_binary(arrow, kind.value_type))
    if types.is_list(kind):
        return arrow.list_(_binary(arrow, kind.value_type))
    return arrow.large_binary() if types.is_large_string(kind) else arrow.binary()


def _errors() -> tuple[type[Exception], ...]:
    arrow = extras.load("pyarrow", "web")
    return (arrow.ArrowException, OSError, ValueError, MemoryError, OverflowError)


def _check_columns(path: str, columns: Sequence[str], present: Sequence[str]) -> None:
    if missing := [name for name in columns if name not in present]:
        raise CorpusError(f"{path}: no column {missing[0]!r}; it has {sorted(present)}")
    if twice := [name for name in columns if present.count(name) > 1]:
        raise CorpusError(
            f"{path}: {present.count(twice[0])} columns {twice[0]!r}, expected one; it has "
            f"{list(present)}"
        )


def _check_type(path: str, field: Any) -> None:
    types = extras.load("pyarrow", "web").types
    kind = field.type
    kind = kind.value_type if types.is_list(kind) or types.is_large_list(kind) else kind
    kind = kind.value_type if types.is_dictionary(kind) else kind
    if not any(is_kind(kind) for is_kind in _text_kinds(types)):
        raise CorpusError(
            f"{path}: column {field.name!r}: expected text, found values of type {field.type}"
        )


def _text_kinds(types: Any) -> tuple[Any, ...]:
    return (
        types.is_string, types.is_large_string, types.is_string_view, types.is_binary,
        types.is_large_binary, types.is_binary_view, types.is_fixed_size_binary, types.is_null,
    )  # fmt: skip
