"""Two tables whose rows belong together by an id, as Bible verses do."""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.corpora.corpus import BitextCorpus, Task, paired_files
from tfmling.corpora.documents import Rejected, SentencePair, excerpt
from tfmling.corpora.table import Row, read_corpus_rows


class JoinedTsv(BitextCorpus):
    """Two files of an id and a text, compressed or not.

    The target file is held in memory, the source file is not. Of an id that comes twice in a file
    the first row counts. Rows whose id the other file lacks are counted as `id_without_partner`.

    Attributes:
        source: a file or a pattern.
        target: the same; files belong together in the order of their names.
        id_column: counted from 0.
        text_column: counted from 0.
        header: whether the first line of each file names the columns.
        quoted: whether cells may stand in double quotes.
    """

    format: Literal["joined_tsv"]
    source: config.InputPath
    target: config.InputPath
    id_column: int = pydantic.Field(0, ge=0)
    text_column: int = pydantic.Field(1, ge=0)
    header: bool = False
    quoted: bool = False

    def tasks(self) -> list[Task]:
        """Each source file with its target file."""
        return paired_files(self.source, self.target)

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yields the pairs in the order of the source file, then what found no partner."""
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
                yield self._pair(source, row, partner)
            else:
                yield self._rejected(source, row, "id_without_partner")
        for row in targets.values():
            yield self._rejected(target, row, "id_without_partner")

    def _unique_rows(self, path: str) -> Iterator[Row | Rejected]:
        seen: set[str] = set()
        for row in self._rows(path):
            if row.line.problem:
                yield row.line.rejected(path, self.languages)
            elif row.cells[0] in seen:
                yield self._rejected(path, row, "repeated_id")
            else:
                seen.add(row.cells[0])
                yield row

    def _rows(self, path: str) -> Iterator[Row]:
        return read_corpus_rows(
            path,
            [self.id_column, self.text_column],
            header=self.header,
            quoted=self.quoted,
            max_line_bytes=self.max_line_bytes,
        )

    def _rejected(self, path: str, row: Row, reason: str) -> Rejected:
        return Rejected(f"{path}:{row.line.number}", self.languages, reason, excerpt(row.line.text))

    def _pair(self, path: str, source: Row, target: Row) -> SentencePair:
        texts = (source.cells[1], target.cells[1])
        languages = (self.source_language, self.target_language)
        return SentencePair(path, source.line.number, *texts, *languages, license=self.license)
