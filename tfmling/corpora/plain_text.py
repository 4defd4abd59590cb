"""Plain text: documents are separated by blank lines, or each line is one."""

from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core.languages import Language
from tfmling.corpora.corpus import MonolingualCorpus
from tfmling.corpora.documents import Document, Rejected
from tfmling.corpora.lines import Line, read_lines


class PlainText(MonolingualCorpus):
    """Plain text, compressed or not.

    Example:
        >>> _ = open("a.txt", "w").write("Habari ya leo?\\nNzuri.\\n\\nKaribu.\\n")
        >>> corpus = PlainText(format="plain_text", path="a.txt", language="sw")
        >>> [document.paragraphs for document in corpus.read("a.txt")]
        [('Habari ya leo?', 'Nzuri.'), ('Karibu.',)]
    """

    format: Literal["plain_text"]
    language: Language
    """Language of all documents."""
    document_break: Literal["blank_line", "line"] = "blank_line"
    """`blank_line`, or `line` if each line is a document."""
    join_lines: bool = False
    """Whether to join the wrapped lines of a document, as of captions; otherwise each line is a
    paragraph.
    """
    max_document_characters: int = pydantic.Field(100_000, gt=0)
    """A longer document is split at the end of a line."""

    @property
    def first_line(self) -> int | None:
        """None if lines are joined."""
        return None if self.join_lines else 1

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield the documents of one file in order, and the lines that could not be read."""
        gathered: list[Line] = []
        length = 0
        for line in read_lines(path, self.max_line_bytes):
            if line.problem:
                yield line.rejected(path, self.language)
                continue
            blank = not line.text or line.text.isspace()
            if not blank:
                gathered.append(line)
                length += len(line.text)
            if gathered and self._ends_here(blank, length):
                yield self._document(path, gathered)
                gathered, length = [], 0
        if gathered:
            yield self._document(path, gathered)

    def _ends_here(self, blank: bool, length: int) -> bool:
        return blank or self.document_break == "line" or length >= self.max_document_characters

    def _document(self, path: str, lines: list[Line]) -> Document:
        texts = [line.text for line in lines]
        numbers = [line.number for line in lines]
        if self.join_lines:
            texts, numbers = [" ".join(texts)], numbers[:1]
        return self.document(path, self.language, texts, numbers)
