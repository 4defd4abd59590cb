"""Read the rows of Parquet files, one row group after the other."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from tfmling.core import extras, files
from tfmling.corpora.documents import Unit, excerpt
from tfmling.corpora.limits import CorpusError

_BATCH_ROWS = 128  # few, because decoding a dictionary copies a long text into every row
_SHOWN_BYTES = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class ParquetRow(Unit):
    """The selected cells of a row, or its problem.

    Attributes:
        number: counted from 1.
        cells: in the order of the columns.
        problem: `corrupt_parquet` (of the file, or of the row group that begins with this row),
            `not_utf8` or `record_too_long`.
        message: the error or the beginning of the text, if there is a problem.

    Example:
        >>> row = ParquetRow(1, ("Habari", 2026))
        >>> row.cells[0], row.problem
        ('Habari', None)
    """

    number: int
    cells: tuple[Any, ...] = ()
    problem: str | None = None
    message: str = ""

    @property
    def shown(self) -> str:
        """Its message or its cells."""
        return excerpt(self.message or "\t".join(map(str, self.cells)))


def read_rows(
    path: str, columns: Sequence[str], *, texts: Sequence[str], max_cell_bytes: int
) -> Iterator[ParquetRow]:
    """Yield the selected cells of each row; texts are strings, whatever their Arrow type.

    A row group that cannot be read is one row with a problem. Bytes are decoded as UTF-8, and the
    strings of a list are joined as lines.

    Args:
        path: a Parquet file.
        columns: the cells to read.
        texts: the columns that must contain text.
        max_cell_bytes: a longer text is a problem.

    Raises:
        CorpusError: the file lacks a column, has it twice, or has no text in one of `texts`.

    Example:
        >>> import pyarrow, pyarrow.parquet
        >>> table = pyarrow.table({"id": [1, 2], "text": ["Habari", "Nzuri"]})
        >>> pyarrow.parquet.write_table(table, "a.parquet")
        >>> rows = read_rows("a.parquet", ["text", "id"], texts=["text"], max_cell_bytes=1000)
        >>> [row.cells for row in rows]
        [('Habari', 1), ('Nzuri', 2)]
    """
    parquet = extras.load("pyarrow.parquet", "web")
    with files.open_binary(path) as file:
        try:
            opened = parquet.ParquetFile(file, page_checksum_verification=True)
        except _errors() as error:
            yield ParquetRow(1, problem="corrupt_parquet", message=str(error))
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
    """Return the row with its texts as strings, or with a problem."""
    cells: list[Any] = []
    for cell in row.cells:
        cell = _joined(cell) if isinstance(cell, list) else cell
        if isinstance(cell, _TooLong):
            return ParquetRow(row.number, problem="record_too_long", message=cell.shown)
        if isinstance(cell, bytes):
            shown = cell[:_SHOWN_BYTES].decode(errors="backslashreplace")
            if len(cell) > max_cell_bytes:
                return ParquetRow(row.number, problem="record_too_long", message=shown)
            try:
                cell = cell.decode()
            except UnicodeDecodeError:
                return ParquetRow(row.number, problem="not_utf8", message=shown)
        elif isinstance(cell, str) and len(cell) > max_cell_bytes:
            return ParquetRow(row.number, problem="record_too_long", message=cell[:_SHOWN_BYTES])
        cells.append(cell)
    return ParquetRow(row.number, tuple(cells), row.problem, row.message)


def _joined(cell: list[Any]) -> Any:
    """Join a list of strings as the lines of a text; return other lists unchanged."""
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
        yield ParquetRow(number, problem="corrupt_parquet", message=str(error))


def _cells(batch: Any, columns: Sequence[str], max_cell_bytes: int) -> Iterator[tuple[Any, ...]]:
    return zip(*(_values(batch.column(name), max_cell_bytes) for name in columns), strict=True)


@dataclasses.dataclass(frozen=True, slots=True)
class _TooLong:
    """The beginning of a text that is too long to copy out of Arrow's memory."""

    shown: str


def _values(column: Any, max_cell_bytes: int) -> list[Any]:
    """Return the cells of a column; all as bytes if one is not UTF-8."""
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
    """Return the binary type of a string type or of a list of strings."""
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
