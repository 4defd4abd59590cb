"""One column of a tab-separated table."""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core.languages import Language
from tfmling.corpora.corpus import MonolingualCorpus
from tfmling.corpora.documents import Document, Rejected
from tfmling.corpora.table import Column, Row, check_columns, read_corpus_rows


class Tsv(MonolingualCorpus):
    """A paragraph a row, compressed or not.

    Attributes:
        language: the language of the column.
        column: counted from 0, or a name in the header.
        header: whether the first line names the columns.
        quoted: whether cells may stand in double quotes.
        document_break: `row`, or `none` where the rows of a file follow on each other, as verses.
        max_document_characters: a longer document is cut after a row.
    """

    format: Literal["tsv"]
    language: Language
    column: Column
    header: bool = False
    quoted: bool = False
    document_break: Literal["row", "none"] = "row"
    max_document_characters: int = pydantic.Field(100_000, gt=0)

    @pydantic.model_validator(mode="after")
    def _names_need_a_header(self) -> "Tsv":
        check_columns([self.column], self.header)
        return self

    @property
    def first_line(self) -> int | None:
        """Behind the header."""
        return 2 if self.header else 1

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yields the documents of one file in order, and the rows that could not be read."""
        gathered: list[Row] = []
        length = 0
        for row in self._rows(path):
            if row.line.problem:
                yield row.line.rejected(path, self.language)
                continue
            gathered.append(row)
            length += len(row.cells[0])
            if self.document_break == "row" or length >= self.max_document_characters:
                yield self._document(path, gathered)
                gathered, length = [], 0
        if gathered:
            yield self._document(path, gathered)

    def _rows(self, path: str) -> Iterator[Row]:
        return read_corpus_rows(
            path,
            [self.column],
            header=self.header,
            quoted=self.quoted,
            max_line_bytes=self.max_line_bytes,
        )

    def _document(self, path: str, rows: list[Row]) -> Document:
        paragraphs = [row.cells[0] for row in rows]
        return self.document(path, self.language, paragraphs, [row.line.number for row in rows])
