"""PAN-X, the WikiANN of XTREME (Pan et al. 2017; Hu et al. 2020): a word, a tab, its label.

As published, each word has its language as a prefix, `sw:Dar\\tB-LOC`; many copies lack it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from tfmling.core.languages import Language
from tfmling.corpora.annotated.annotated_corpus import AnnotatedFiles
from tfmling.corpora.annotated.columns import (
    ColumnSplitter,
    Token,
    read_blocks,
    tagged_sentence,
    word_and_label,
)
from tfmling.corpora.annotated.examples import Problem, TaggedSentence
from tfmling.corpora.annotated.tags import Tags

PANX_TAGS = Tags(names=("PER", "ORG", "LOC"), scheme="IOB2")

_CODE = re.compile(r"[a-z]{2,3}(-\w+)*:.")  # as Wikipedias are called: tl, be-x-old


class Panx(AnnotatedFiles[TaggedSentence]):
    """Words with or without the prefix of their language.

    Example:
        >>> _ = open("a.txt", "w").write("sw:Ali\\tB-PER\\nsw:analala\\tO\\n")
        >>> corpus = Panx(format="panx", path="a.txt", language="sw")
        >>> [(sentence.words, sentence.labels) for sentence in corpus.read("a.txt")]
        [(('Ali', 'analala'), ('B-PER', 'O'))]
    """

    format: Literal["panx"]
    language: Language
    """BCP-47 code."""
    prefix: str | None = None
    """Language code before each word, without its colon; "": none. null: `language` if the first
    word of a file has a prefix, else none. Either all words of a file have the prefix or none.
    """
    tags: Tags = PANX_TAGS
    """The labels that are allowed."""

    def read(self, *paths: str) -> Iterator[TaggedSentence | Problem]:
        """Yield the sentences of one file, and its problems; a bad line costs only its sentence."""
        (path,) = paths
        split = ColumnSplitter(path, None, least=2)
        start: str | None = None
        for block in read_blocks(path, self.max_line_bytes):
            tokens = [split(line) for line in block]
            if start is None:
                start = self._start(tokens)
            checked = [self._word_and_label(token, start or "") for token in tokens]
            yield from tagged_sentence(checked, [token.location for token in tokens], self.tags)

    def _start(self, tokens: Sequence[Token]) -> str | None:
        """Return the prefix of all words of a file, None if no line is readable."""
        if self.prefix is not None:
            return f"{self.prefix}:" if self.prefix else ""
        first = next((token.cells[0] for token in tokens if token.cells and token.cells[0]), None)
        if first is None:
            return None
        start = f"{self.language}:"
        return start if first.startswith(start) or _CODE.match(first) else ""

    def _word_and_label(self, token: Token, start: str) -> tuple[str, str] | Problem:
        found = word_and_label(token, 0, 1, self.tags)
        if isinstance(found, Problem):
            return found
        word, label = found
        if not word.startswith(start) or word == start:
            expected = f'{start!r} and a word (or set prefix: the code in the file, "" for none)'
            return Problem(token.location, "missing_prefix", expected, word)
        return word.removeprefix(start), label
