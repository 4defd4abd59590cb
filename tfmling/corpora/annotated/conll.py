"""CoNLL columns: one word and its label per line, blank lines between sentences.

MasakhaNER is `{format: conll, tags: {scheme: IOB2, names: [PER, ORG, LOC, DATE]}}`, MasakhaPOS and
XTREME's udpos `{format: conll, tags: {names: upos}}`, CoNLL-2003 `{format: conll, separator: space,
tags: {scheme: IOB1}}` with its four columns.
"""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core.languages import Language
from tfmling.corpora.annotated.annotated_corpus import AnnotatedFiles
from tfmling.corpora.annotated.columns import (
    ColumnSplitter,
    Token,
    read_blocks,
    tagged_sentence,
    word_and_label,
    wordless,
)
from tfmling.corpora.annotated.examples import Problem, TaggedSentence
from tfmling.corpora.annotated.tags import Tags
from tfmling.corpora.lines import Line


class Conll(AnnotatedFiles[TaggedSentence]):
    """Words in columns.

    Example:
        >>> _ = open("a.txt", "w").write("Dar\\tB-LOC\\nes\\tI-LOC\\nSalaam\\tI-LOC\\n")
        >>> tags = Tags(scheme="IOB2", convert_to="BIOES")
        >>> corpus = Conll(format="conll", path="a.txt", language="sw", tags=tags)
        >>> [sentence.labels for sentence in corpus.read("a.txt")]
        [('B-LOC', 'I-LOC', 'E-LOC')]
    """

    format: Literal["conll"]
    language: Language
    """BCP-47 code."""
    word_column: int = 0
    """Column of the word, from 0; -1 is the last."""
    label_column: int = -1
    """Column of the label, from 0; -1 is the last."""
    separator: Literal["tab", "space"] | None = None
    """Separator of columns: `tab`, `space` (one or more); null: that of the file's first line."""
    comment: str | None = pydantic.Field(None, min_length=1)
    """The prefix of comments before a sentence, for instance "# "; null if every line is a word."""
    tags: Tags = Tags()
    """The labels that are allowed."""

    def read(self, *paths: str) -> Iterator[TaggedSentence | Problem]:
        """Yield the sentences of one file, and its problems; a bad line costs only its sentence."""
        (path,) = paths
        least = max(2, *(map(_least_columns, (self.word_column, self.label_column))))
        split = ColumnSplitter(path, self.separator, least)
        for block in read_blocks(path, self.max_line_bytes, ("-DOCSTART-",)):
            words = block[self._comments(block) :]
            if words:
                yield from self._sentence([split(line) for line in words])
            else:
                yield wordless(path, block)

    def _comments(self, block: list[Line]) -> int:
        """Return the number of comment lines at the start."""
        if self.comment is None:
            return 0
        is_word = [not line.text.startswith(self.comment) for line in block]
        return is_word.index(True) if any(is_word) else len(block)

    def _sentence(self, tokens: list[Token]) -> Iterator[TaggedSentence | Problem]:
        columns = (self.word_column, self.label_column)
        checked = [word_and_label(token, *columns, self.tags) for token in tokens]
        return tagged_sentence(checked, [token.location for token in tokens], self.tags)


def _least_columns(column: int) -> int:
    """Return the number of columns that a line needs to have this one."""
    return column + 1 if column >= 0 else -column
