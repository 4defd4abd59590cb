"""XL-WA (Martelli et al. 2023): sentence, translation and links, three columns of a table."""

from collections.abc import Iterator
from typing import Literal

from tfmling.core.languages import Language
from tfmling.corpora.annotated.aligned_pair import AlignedPair
from tfmling.corpora.annotated.annotated_corpus import AnnotatedFiles
from tfmling.corpora.annotated.links import aligned_pair
from tfmling.corpora.annotated.problem import Problem, unreadable
from tfmling.corpora.table import Row, read_rows


class XlWa(AnnotatedFiles[AlignedPair]):
    """A pair a row; words have spaces between them, links are 0-based and all sure.

    `dev` and `test` are drawn by people, `train` by a program.

    Attributes:
        source_language: BCP-47 code, of the first column.
        target_language: the same, of the second.
    """

    format: Literal["xl_wa"]
    source_language: Language
    target_language: Language

    def read(self, *paths: str) -> Iterator[AlignedPair | Problem]:
        """Yields the pairs of one file, and the rows that are none."""
        (path,) = paths
        rows = read_rows(
            path, [0, 1, 2], header=False, quoted=False, max_line_bytes=self.max_line_bytes
        )
        for row in rows:
            yield _pair(path, row)


def _pair(path: str, row: Row) -> AlignedPair | Problem:
    location = f"{path}:{row.line.number}"
    if row.line.problem == "missing_columns":
        expected = "three columns by tab: source, target, links"
        return Problem(location, row.line.problem, expected, row.line.text)
    if row.line.problem:
        return unreadable(path, row.line)
    source, target, links = row.cells
    return aligned_pair(source, target, links, 0, location)
