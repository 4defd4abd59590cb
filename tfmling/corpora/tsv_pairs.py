"""Two columns of a tab-separated table: a sentence and its translation."""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.corpora.corpus import BitextCorpus, Task, expand_files
from tfmling.corpora.documents import Rejected, SentencePair
from tfmling.corpora.table import Column, Row, check_columns, read_corpus_rows


class TsvPairs(BitextCorpus):
    """A pair a row, compressed or not.

    Attributes:
        path: a file or a pattern.
        source_column: counted from 0, or a name in the header.
        target_column: the same.
        header: whether the first line names the columns.
        quoted: whether cells may stand in double quotes.
    """

    format: Literal["tsv_pairs"]
    path: config.InputPath
    source_column: Column = 0
    target_column: Column = 1
    header: bool = False
    quoted: bool = False

    @pydantic.model_validator(mode="after")
    def _names_need_a_header(self) -> "TsvPairs":
        check_columns([self.source_column, self.target_column], self.header)
        return self

    def tasks(self) -> list[Task]:
        """Each file is read by itself."""
        return [(path,) for path in expand_files(self.path)]

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yields the pairs of one file in order, and the rows that are none."""
        (path,) = paths
        rows = read_corpus_rows(
            path,
            [self.source_column, self.target_column],
            header=self.header,
            quoted=self.quoted,
            max_line_bytes=self.max_line_bytes,
        )
        for row in rows:
            if row.line.problem:
                yield row.line.rejected(path, self.languages)
            else:
                yield self._pair(path, row)

    def _pair(self, path: str, row: Row) -> SentencePair:
        source, target = row.cells
        languages = (self.source_language, self.target_language)
        return SentencePair(path, row.line.number, source, target, *languages, license=self.license)
