"""CoNLL-U, the format of Universal Dependencies: words with their part of speech.

https://universaldependencies.org/format.html. A line has ten columns, of which the number, the
word and its UPOS are read. Lines such as `3-4`, the written form of words 3 and 4 (au = à le), and
`5.1`, an empty node, are not words of the sentence.
"""

import re
from collections.abc import Iterator
from typing import Literal

from tfmling.core.languages import Language
from tfmling.corpora.annotated.annotated_corpus import AnnotatedFiles
from tfmling.corpora.annotated.columns import (
    Token,
    read_blocks,
    tagged_sentence,
    word_and_label,
    wordless,
)
from tfmling.corpora.annotated.examples import Problem, TaggedSentence, unreadable
from tfmling.corpora.annotated.tags import Tags
from tfmling.corpora.documents import excerpt
from tfmling.corpora.lines import Line

COLUMNS, FORM, UPOS_COLUMN = 10, 1, 3
_NO_WORD = re.compile(r"[1-9]\d*-[1-9]\d*|\d+\.[1-9]\d*")  # a multiword token, an empty node
_SENT_ID = re.compile(r"#\s*sent_id\s*=\s*(.*)")


class Conllu(AnnotatedFiles[TaggedSentence]):
    """Syntactic words and their universal parts of speech.

    Example:
        >>> _ = open("a.conllu", "w").write("1\\tKaribu\\tkaribu\\tINTJ\\t_\\t_\\t_\\t_\\t_\\t_\\n")
        >>> corpus = Conllu(format="conllu", path="a.conllu", language="sw")
        >>> [(sentence.words, sentence.labels) for sentence in corpus.read("a.conllu")]
        [(('Karibu',), ('INTJ',))]
    """

    format: Literal["conllu"]
    language: Language
    """BCP-47 code."""
    tags: Tags = Tags(names="upos")
    """The labels that are allowed, by default the 17 of UD."""

    def read(self, *paths: str) -> Iterator[TaggedSentence | Problem]:
        """Yield the sentences of one file, and its problems; a bad line costs only its sentence."""
        (path,) = paths
        for block in read_blocks(path, self.max_line_bytes):
            tokens = [_split(path, line) for line in block if not _is_comment(line)]
            words = [token for token in tokens if token.problem or not _is_no_word(token)]
            if words:
                checked = [
                    self._word_and_label(number, token)
                    for number, token in enumerate(words, start=1)
                ]
                locations = [token.location for token in words]
                yield from tagged_sentence(checked, locations, self.tags, _sent_id(block))
            else:
                yield wordless(path, block)

    def _word_and_label(self, number: int, token: Token) -> tuple[str, str] | Problem:
        if not token.problem and token.cells[0] != str(number):
            expected = f"{number} in column 0, the next word's number"
            return Problem(token.location, "wrong_word_number", expected, token.cells[0])
        return word_and_label(token, FORM, UPOS_COLUMN, self.tags)


def _split(path: str, line: Line) -> Token:
    location = f"{path}:{line.number}"
    if line.problem:
        return Token(location, problem=unreadable(path, line))
    cells = tuple(line.text.split("\t"))
    if len(cells) == COLUMNS:
        return Token(location, cells)
    reason = "mixed_separators" if len(line.text.split()) == COLUMNS else "missing_columns"
    return Token(
        location, problem=Problem(location, reason, f"{COLUMNS} columns by tab", excerpt(line.text))
    )


def _is_comment(line: Line) -> bool:
    return not line.problem and line.text.startswith("#")


def _is_no_word(token: Token) -> bool:
    return _NO_WORD.fullmatch(token.cells[0]) is not None


def _sent_id(block: list[Line]) -> str:
    found = [match[1].strip() for line in block if (match := _SENT_ID.fullmatch(line.text))]
    return found[0] if found else ""
