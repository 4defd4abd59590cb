"""XNLI (Conneau et al. 2018): premise, hypothesis and how they relate, as a table."""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.corpora.labelled.labelled_corpus import LabelledFiles
from tfmling.corpora.labelled.labelled_pair import LabelledPair
from tfmling.corpora.labelled.problem import Problem, unreadable
from tfmling.corpora.table import Column, Row, check_columns, read_rows
from tfmling.languages import Language

XNLI_LABELS = ("entailment", "neutral", "contradiction")


class Xnli(LabelledFiles[LabelledPair]):
    """A pair a row of a tab-separated table.

    Attributes:
        language: BCP-47 code, of both sentences.
        premise_column: counted from 0, or a name in the header.
        hypothesis_column: the same.
        label_column: the same.
        header: whether the first line names the columns.
        labels: which there are.
    """

    format: Literal["xnli"]
    language: Language
    premise_column: Column = "premise"
    hypothesis_column: Column = "hypothesis"
    label_column: Column = "label"
    header: bool = True
    labels: tuple[str, ...] = XNLI_LABELS

    @pydantic.model_validator(mode="after")
    def _names_need_a_header(self) -> "Xnli":
        check_columns(self._columns, self.header)
        return self

    @property
    def _columns(self) -> list[Column]:
        return [self.premise_column, self.hypothesis_column, self.label_column]

    def read(self, *paths: str) -> Iterator[LabelledPair | Problem]:
        """Yields the pairs of one file, and its bad rows.

        Raises:
            CorpusError: the header lacks a column.
        """
        (path,) = paths
        rows = read_rows(
            path,
            self._columns,
            header=self.header,
            quoted=False,
            max_line_bytes=self.max_line_bytes,
        )
        for row in rows:
            yield self._pair(path, row)

    def _pair(self, path: str, row: Row) -> LabelledPair | Problem:
        uri = f"{path}:{row.line.number}"
        if row.line.problem == "missing_columns":
            columns = ", ".join(map(str, self._columns))
            expected = f"tab-separated columns, {columns} among them"
            return Problem(uri, row.line.problem, expected, row.line.text)
        if row.line.problem:
            return unreadable(path, row.line)
        premise, hypothesis, label = (cell.strip() for cell in row.cells)
        if label not in self.labels:
            return Problem(uri, "unknown_label", f"one of {', '.join(self.labels)}", label)
        if not premise or not hypothesis:
            return Problem(uri, "empty_sentence", "a premise and a hypothesis", row.line.text)
        return LabelledPair(premise, hypothesis, label, uri)
