"""Parquet tables of sentences and their translations."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from tfmling.core import config
from tfmling.corpora.corpus import BitextCorpus, Task, expand_files
from tfmling.corpora.documents import Rejected, SentencePair
from tfmling.corpora.parquet_rows import read_rows


class ParquetPairs(BitextCorpus):
    """A pair a row.

    Attributes:
        path: a file or a pattern.
        source_column: the column of the source.
        target_column: the column of the target.
    """

    needs: ClassVar = ("pyarrow",)

    format: Literal["parquet_pairs"]
    path: config.InputPath
    source_column: str = "source"
    target_column: str = "target"

    def tasks(self) -> list[Task]:
        """Each file is read by itself."""
        return [(path,) for path in expand_files(self.path)]

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yields the pairs of one file in order, and the rows that are none."""
        (path,) = paths
        languages = (self.source_language, self.target_language)
        columns = [self.source_column, self.target_column]
        for row in read_rows(path, columns, texts=columns, max_cell_bytes=self.max_line_bytes):
            if row.problem:
                yield row.rejected(path, self.languages)
            elif not all(isinstance(cell, str) for cell in row.cells):
                yield row.rejected(path, self.languages, "no_text")
            else:
                source, target = row.cells
                yield SentencePair(
                    path, row.number, source, target, *languages, license=self.license
                )
