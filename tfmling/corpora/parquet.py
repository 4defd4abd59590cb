"""Parquet tables of documents and of sentence pairs, as data hubs publish them."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language, normalize_language
from tfmling.corpora.corpus import (
    UNKNOWN_LANGUAGE,
    BitextCorpus,
    MonolingualCorpus,
    Task,
    expand_files,
    split_paragraphs,
)
from tfmling.corpora.documents import Document, Rejected, SentencePair
from tfmling.corpora.limits import MaxLineBytes
from tfmling.corpora.parquet_rows import ParquetRow, read_rows


class Parquet(MonolingualCorpus):
    """A document per row; the lines of its text, or the strings of its list, are paragraphs.

    Only the named columns are read.

    Example:
        >>> import pyarrow, pyarrow.parquet
        >>> pyarrow.parquet.write_table(pyarrow.table({"text": ["Habari ya leo?"]}), "a.parquet")
        >>> corpus = Parquet(format="parquet", path="a.parquet", language="sw")
        >>> [document.paragraphs for document in corpus.read("a.parquet")]
        [('Habari ya leo?',)]
    """

    needs: ClassVar = ("pyarrow",)

    format: Literal["parquet"]
    text_column: str = "text"
    """The column of the text."""
    language: Language | None = None
    """Language of all documents; or give `language_column`."""
    language_column: str | None = None
    """The column of each document's language."""
    uri_column: str | None = None
    """The column of each document's address, if there is one."""
    license_column: str | None = None
    """The column of each document's license; `license` applies where it is empty."""
    max_line_bytes: MaxLineBytes = pydantic.Field(1 << 24)
    """A longer text is counted and skipped."""

    @pydantic.model_validator(mode="after")
    def _one_source_of_language(self) -> "Parquet":
        if (self.language is None) == (self.language_column is None):
            raise ValueError("expected either language or language_column, and not both")
        return self

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield a document for each row, or why there is none; `lines` are row numbers."""
        named = (self.text_column, self.language_column, self.uri_column, self.license_column)
        columns = list(dict.fromkeys(name for name in named if name))
        rows = read_rows(
            path, columns, texts=[self.text_column], max_cell_bytes=self.max_line_bytes
        )
        for row in rows:
            if row.problem:
                yield row.rejected(path, self.language or UNKNOWN_LANGUAGE)
            else:
                yield self._document(path, row, dict(zip(columns, row.cells, strict=True)))

    def _document(
        self, path: str, row: ParquetRow, values: dict[str, object]
    ) -> Document | Rejected:
        text = values[self.text_column]
        if not isinstance(text, str):
            return row.rejected(path, self.language or UNKNOWN_LANGUAGE, "no_text")
        try:
            language = self.language or normalize_language(str(values[self.language_column or ""]))
        except ValueError:
            return row.rejected(path, UNKNOWN_LANGUAGE, "unknown_language")
        paragraphs = split_paragraphs(text)
        if not paragraphs:
            return row.rejected(path, language, "no_text")
        return self.document(
            path,
            language,
            paragraphs,
            row.number,
            uri=_text_or_none(values.get(self.uri_column or "")),
            license=_text_or_none(values.get(self.license_column or "")),
        )


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


class ParquetPairs(BitextCorpus):
    """A sentence pair per row.

    Example:
        >>> import pyarrow, pyarrow.parquet
        >>> table = pyarrow.table({"source": ["a house"], "target": ["nyumba"]})
        >>> pyarrow.parquet.write_table(table, "a.parquet")
        >>> corpus = ParquetPairs(format="parquet_pairs", path="a.parquet",
        ...                       source_language="en", target_language="sw")
        >>> [(pair.source, pair.target) for pair in corpus.read("a.parquet")]
        [('a house', 'nyumba')]
    """

    needs: ClassVar = ("pyarrow",)

    format: Literal["parquet_pairs"]
    path: config.InputPath
    """A file or a pattern."""
    source_column: str = "source"
    """The column of the source."""
    target_column: str = "target"
    """The column of the target."""

    def tasks(self) -> list[Task]:
        """List the files, each a task."""
        return [(path,) for path in expand_files(self.path)]

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yield the pairs of one file in order, and the rows that could not be read."""
        (path,) = paths
        columns = [self.source_column, self.target_column]
        for row in read_rows(path, columns, texts=columns, max_cell_bytes=self.max_line_bytes):
            if row.problem:
                yield row.rejected(path, self.languages)
            elif not all(isinstance(cell, str) for cell in row.cells):
                yield row.rejected(path, self.languages, "no_text")
            else:
                yield self.pair(path, row.number, *row.cells)
