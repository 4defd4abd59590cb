"""XNLI (Conneau et al. 2018): a table of premise, hypothesis and their relation."""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core.languages import Language, normalize_language
from tfmling.corpora.annotated.annotated_corpus import AnnotatedFiles
from tfmling.corpora.annotated.examples import OTHER_LANGUAGE, LabeledPair, Problem, unreadable
from tfmling.corpora.lines import read_lines
from tfmling.corpora.table import TAB, Column, Row, check_columns, read_rows

XNLI_LABELS = ("entailment", "neutral", "contradiction")
_ALSO = {"contradictory": "contradiction"}  # in XNLI's translated training files
_LANGUAGE_COLUMN = "language"  # in XNLI's files of all languages


class Xnli(AnnotatedFiles[LabeledPair]):
    """A sentence pair per row of a tab-separated table.

    Rows in other languages are counted as `other_language`; `contradictory` is read as
    `contradiction`.

    Example:
        >>> rows = "premise\\thypothesis\\tlabel\\nAli sleeps.\\tAli is awake.\\tcontradiction\\n"
        >>> _ = open("dev.tsv", "w").write(rows)
        >>> corpus = Xnli(format="xnli", path="dev.tsv", language="en")
        >>> [(pair.premise, pair.hypothesis, pair.label) for pair in corpus.read("dev.tsv")]
        [('Ali sleeps.', 'Ali is awake.', 'contradiction')]
    """

    format: Literal["xnli"]
    language: Language
    """BCP-47 code, of both sentences."""
    premise_column: Column = "premise"
    """Column of the premise, from 0, or its name in the header."""
    hypothesis_column: Column = "hypothesis"
    """Column of the hypothesis, from 0, or its name in the header."""
    label_column: Column = "label"
    """Column of the label, from 0, or its name in the header."""
    language_column: Column | None = None
    """Column of each row's language, from 0, or its name. null: the column `language` if the header
    has it, otherwise all rows are in `language`.
    """
    header: bool = True
    """Whether the first line names the columns."""
    labels: tuple[str, ...] = XNLI_LABELS
    """The labels that are allowed."""

    @pydantic.model_validator(mode="after")
    def _names_need_a_header(self) -> "Xnli":
        check_columns(self._columns, self.header)
        return self

    @property
    def _columns(self) -> list[Column]:
        named = [self.premise_column, self.hypothesis_column, self.label_column]
        return named if self.language_column is None else [*named, self.language_column]

    def read(self, *paths: str) -> Iterator[LabeledPair | Problem]:
        """Yield the pairs of one file, and its problems.

        Raises:
            CorpusError: the header lacks a column.
        """
        (path,) = paths
        columns = self._columns
        if self.language_column is None and self.header and self._says_languages(path):
            columns = [*columns, _LANGUAGE_COLUMN]
        rows = read_rows(
            path,
            columns,
            header=self.header,
            quoted=False,
            max_line_bytes=self.max_line_bytes,
        )
        for row in rows:
            yield self._pair(path, row)

    def _says_languages(self, path: str) -> bool:
        first = next(read_lines(path, self.max_line_bytes), None)
        return first is not None and first.text.split(TAB).count(_LANGUAGE_COLUMN) == 1

    def _pair(self, path: str, row: Row) -> LabeledPair | Problem:
        location = f"{path}:{row.line.number}"
        if row.line.problem == "missing_columns":
            columns = ", ".join(map(str, self._columns))
            expected = f"tab-separated columns, {columns} among them"
            return Problem(location, row.line.problem, expected, row.line.text)
        if row.line.problem:
            return unreadable(path, row.line)
        premise, hypothesis, label, *languages = (cell.strip() for cell in row.cells)
        if any(not _is_language(code, self.language) for code in languages):
            return Problem(location, OTHER_LANGUAGE, self.language, languages[0])
        label = label if label in self.labels else _ALSO.get(label, label)
        if label not in self.labels:
            return Problem(location, "unknown_label", f"one of {', '.join(self.labels)}", label)
        if not premise or not hypothesis:
            return Problem(location, "empty_sentence", "a premise and a hypothesis", row.line.text)
        return LabeledPair(premise, hypothesis, label, location)


def _is_language(code: str, wanted: str) -> bool:
    try:
        return normalize_language(code) == wanted
    except ValueError:
        return False
