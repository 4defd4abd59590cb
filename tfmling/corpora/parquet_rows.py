"""Rows of Parquet files, read one row group after the other."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from tfmling import extras, files
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.rejected import Rejected, excerpt

_BATCH_ROWS = 1024


@dataclasses.dataclass(frozen=True, slots=True)
class ParquetRow:
    """The wanted cells of a row, or why they cannot be read.

    Attributes:
        number: counted from 1.
        cells: in the order of the columns.
        problem: `corrupt_parquet` (the file, or a row group of which this is the first row).
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


def read_rows(path: str, columns: Sequence[str]) -> Iterator[ParquetRow]:
    """Yields the wanted cells of each row.

    A row group that cannot be read is one row with a problem; those after it are read.

    Raises:
        CorpusError: the file has not got a column.
    """
    parquet = extras.load("pyarrow.parquet", "web")
    with files.open_binary(path) as file:
        try:
            opened = parquet.ParquetFile(file, page_checksum_verification=True)
        except _errors() as error:
            yield ParquetRow(1, problem="corrupt_parquet", shown=str(error))
            return
        _check_columns(path, columns, opened.schema_arrow.names)
        yield from _rows(opened, columns)


def _rows(opened: Any, columns: Sequence[str]) -> Iterator[ParquetRow]:
    first = 1
    for group in range(opened.num_row_groups):
        last = first
        for row in _rows_of_group(opened, group, columns, first):
            last = row.number
            yield row
        first = max(last + 1, first + opened.metadata.row_group(group).num_rows)


def _rows_of_group(
    opened: Any, group: int, columns: Sequence[str], number: int
) -> Iterator[ParquetRow]:
    try:
        for batch in opened.iter_batches(_BATCH_ROWS, row_groups=[group], columns=list(columns)):
            for cells in _cells(batch, columns):
                yield ParquetRow(number, cells)
                number += 1
    except _errors() as error:
        yield ParquetRow(number, problem="corrupt_parquet", shown=str(error))


def _cells(batch: Any, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def _errors() -> tuple[type[Exception], ...]:
    arrow = extras.load("pyarrow", "web")
    return (arrow.ArrowException, OSError, ValueError, MemoryError, OverflowError)


def _check_columns(path: str, columns: Sequence[str], present: Sequence[str]) -> None:
    if missing := [name for name in columns if name not in present]:
        raise CorpusError(f"{path}: no column {missing[0]!r}; it has {sorted(present)}")
