"""Tab-separated tables: texts, sentence pairs, and pairs joined by an id."""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language
from tfmling.corpora.corpus import (
    BitextCorpus,
    MonolingualCorpus,
    Task,
    expand_files,
    paired_files,
)
from tfmling.corpora.documents import Document, Rejected, SentencePair
from tfmling.corpora.table import Column, Row, check_columns, read_corpus_rows


class Tsv(MonolingualCorpus):
    """Texts in one column, a paragraph per row, compressed or not.

    Example:
        >>> _ = open("a.tsv", "w").write("id\\ttext\\n17\\tHabari ya leo?\\n")
        >>> corpus = Tsv(format="tsv", path="a.tsv", language="sw", column="text", header=True)
        >>> [document.paragraphs for document in corpus.read("a.tsv")]
        [('Habari ya leo?',)]
    """

    format: Literal["tsv"]
    language: Language
    """Language of the column."""
    column: Column
    """Column of the text, from 0, or its name in the header."""
    header: bool = False
    """Whether the first line names the columns."""
    quoted: bool = False
    """Whether cells may be in double quotes."""
    document_break: Literal["row", "none"] = "row"
    """`row`, or `none` if the rows of a file are consecutive, as verses are."""
    max_document_characters: int = pydantic.Field(100_000, gt=0)
    """A longer document is split after a row."""

    @pydantic.model_validator(mode="after")
    def _names_need_a_header(self) -> "Tsv":
        check_columns([self.column], self.header)
        return self

    @property
    def first_line(self) -> int | None:
        """The line after the header."""
        return 2 if self.header else 1

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield the documents of one file in order, and the rows that could not be read."""
        gathered: list[Row] = []
        length = 0
        for row in read_corpus_rows(self, path, [self.column]):
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

    def _document(self, path: str, rows: list[Row]) -> Document:
        paragraphs = [row.cells[0] for row in rows]
        return self.document(path, self.language, paragraphs, [row.line.number for row in rows])


class TsvPairs(BitextCorpus):
    """Sentence pairs in two columns, a pair per row, compressed or not.

    Example:
        >>> _ = open("a.tsv", "w").write("a house\\tnyumba\\n")
        >>> corpus = TsvPairs(format="tsv_pairs", path="a.tsv",
        ...                   source_language="en", target_language="sw")
        >>> [(pair.source, pair.target) for pair in corpus.read("a.tsv")]
        [('a house', 'nyumba')]
    """

    format: Literal["tsv_pairs"]
    path: config.InputPath
    """A file or a pattern."""
    source_column: Column = 0
    """Column of the source, from 0, or its name in the header."""
    target_column: Column = 1
    """Column of the target, from 0, or its name in the header."""
    header: bool = False
    """Whether the first line names the columns."""
    quoted: bool = False
    """Whether cells may be in double quotes."""

    @pydantic.model_validator(mode="after")
    def _names_need_a_header(self) -> "TsvPairs":
        check_columns([self.source_column, self.target_column], self.header)
        return self

    def tasks(self) -> list[Task]:
        """List the files, each a task."""
        return [(path,) for path in expand_files(self.path)]

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yield the pairs of one file in order, and the rows that could not be read."""
        (path,) = paths
        for row in read_corpus_rows(self, path, [self.source_column, self.target_column]):
            if row.line.problem:
                yield row.line.rejected(path, self.languages)
            else:
                yield self.pair(path, row.line.number, *row.cells)


class JoinedTsv(BitextCorpus):
    """Two files of an id and a text, joined by the id, as Bible verses are; compressed or not.

    The target file is held in memory. Of rows with the same id in one file the first is used. Rows
    whose id is not in the other file are counted as `id_without_partner`.

    Example:
        >>> _ = open("en.tsv", "w").write("1\\ta house\\n2\\ta dog\\n")
        >>> _ = open("sw.tsv", "w").write("2\\tmbwa\\n1\\tnyumba\\n")
        >>> corpus = JoinedTsv(format="joined_tsv", source="en.tsv", target="sw.tsv",
        ...                    source_language="en", target_language="sw")
        >>> [(pair.source, pair.target) for pair in corpus.read("en.tsv", "sw.tsv")]
        [('a house', 'nyumba'), ('a dog', 'mbwa')]
    """

    format: Literal["joined_tsv"]
    source: config.InputPath
    """A file or a pattern."""
    target: config.InputPath
    """A file or a pattern; files are paired in the order of their names."""
    id_column: int = pydantic.Field(0, ge=0)
    """Column of the ID, from 0."""
    text_column: int = pydantic.Field(1, ge=0)
    """Column of the text, from 0."""
    header: bool = False
    """Whether the first line of each file names the columns."""
    quoted: bool = False
    """Whether cells may be in double quotes."""

    def tasks(self) -> list[Task]:
        """Pair each source file with its target file."""
        return paired_files(self.source, self.target)

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yield the pairs in the order of the source file, then target rows without a partner."""
        source, target = paths
        targets: dict[str, Row] = {}
        for row in self._unique_rows(target):
            if isinstance(row, Rejected):
                yield row
            else:
                targets[row.cells[0]] = row
        for row in self._unique_rows(source):
            if isinstance(row, Rejected):
                yield row
            elif partner := targets.pop(row.cells[0], None):
                yield self.pair(source, row.line.number, row.cells[1], partner.cells[1])
            else:
                yield row.line.rejected(source, self.languages, "id_without_partner")
        for row in targets.values():
            yield row.line.rejected(target, self.languages, "id_without_partner")

    def _unique_rows(self, path: str) -> Iterator[Row | Rejected]:
        seen: set[str] = set()
        for row in read_corpus_rows(self, path, [self.id_column, self.text_column]):
            if row.line.problem:
                yield row.line.rejected(path, self.languages)
            elif row.cells[0] in seen:
                yield row.line.rejected(path, self.languages, "repeated_id")
            else:
                seen.add(row.cells[0])
                yield row
