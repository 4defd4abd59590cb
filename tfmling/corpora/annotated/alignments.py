"""Gold word alignments: Pharaoh's two files, and the tables of XL-WA.

The gold alignments of the shared tasks of 2003 (Mihalcea and Pedersen) and 2005 are in Pharaoh's
format.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language
from tfmling.corpora.annotated.annotated_corpus import AnnotatedCorpus, AnnotatedFiles
from tfmling.corpora.annotated.examples import AlignedPair, Problem, unreadable
from tfmling.corpora.corpus import Task, paired_files
from tfmling.corpora.documents import excerpt
from tfmling.corpora.lines import Line, read_lines
from tfmling.corpora.table import Row, read_rows

_LINK = re.compile(r"(\d+)([-p])(\d+)")
_BETWEEN = "|||"


class Pharaoh(AnnotatedCorpus[AlignedPair]):
    """Line-aligned files of sentence pairs and of links.

    Example:
        >>> _ = open("words.txt", "w").write("a house ||| nyumba\\n")
        >>> _ = open("links.txt", "w").write("1-0 0p0\\n")
        >>> corpus = Pharaoh(format="pharaoh", sentences="words.txt", links="links.txt",
        ...                  source_language="en", target_language="sw")
        >>> [sorted(pair.sure) for pair in corpus.read("words.txt", "links.txt")]
        [[(1, 0)]]
    """

    format: Literal["pharaoh"]
    source_language: Language
    """BCP-47 code."""
    target_language: Language
    """BCP-47 code."""
    sentences: config.InputPath
    """Lines `source ||| target`, words separated by spaces."""
    links: config.InputPath
    """Lines `1-1 2p3`: source word, `-` for sure or `p` for possible, target word."""
    first_index: int = pydantic.Field(0, ge=0, le=1)
    """The number of the first word in `links`."""

    def tasks(self) -> list[Task]:
        """Pair each file of sentences with its file of links."""
        return paired_files(self.sentences, self.links)

    def read(self, *paths: str) -> Iterator[AlignedPair | Problem]:
        """Yield the pairs of two files in order, and the problems of other lines."""
        both = itertools.zip_longest(*(read_lines(path, self.max_line_bytes) for path in paths))
        for sentences, links in both:
            yield self._pair(paths, sentences, links)

    def _pair(
        self, paths: tuple[str, ...], sentences: Line | None, links: Line | None
    ) -> AlignedPair | Problem:
        for path, line, partner in zip(paths, (sentences, links), (links, sentences), strict=True):
            if line is not None and line.problem:
                return unreadable(path, line)
            if line is not None and partner is None:
                location, got = f"{path}:{line.number}", excerpt(line.text)
                expected = "the same number of lines in both files"
                return Problem(location, "line_without_partner", expected, got)
        assert sentences is not None, "a line without a partner is a problem"
        assert links is not None, "a line without a partner is a problem"
        source, between, target = sentences.text.partition(_BETWEEN)
        if not between or _BETWEEN in target:
            location = f"{paths[0]}:{sentences.number}"
            expected = f"source {_BETWEEN} target"
            return Problem(location, "missing_columns", expected, excerpt(sentences.text))
        location = f"{paths[1]}:{links.number}"
        return aligned_pair(source, target, links.text, self.first_index, location)


class XlWa(AnnotatedFiles[AlignedPair]):
    """XL-WA (Martelli et al. 2023): a table of sentence, translation and links, all sure, from 0.

    Annotators linked `dev` and `test`; a program linked `train`.

    Example:
        >>> _ = open("test.tsv", "w").write("a house\\tnyumba\\t1-0\\n")
        >>> corpus = XlWa(format="xl_wa", path="test.tsv",
        ...               source_language="en", target_language="sw")
        >>> [(pair.source, pair.target) for pair in corpus.read("test.tsv")]
        [(('a', 'house'), ('nyumba',))]
    """

    format: Literal["xl_wa"]
    source_language: Language
    """BCP-47 code of the first column."""
    target_language: Language
    """BCP-47 code of the second column."""

    def read(self, *paths: str) -> Iterator[AlignedPair | Problem]:
        """Yield the pairs of one file, and the problems of other rows."""
        (path,) = paths
        rows = read_rows(
            path, [0, 1, 2], header=False, quoted=False, max_line_bytes=self.max_line_bytes
        )
        for row in rows:
            yield _pair_of_row(path, row)


def _pair_of_row(path: str, row: Row) -> AlignedPair | Problem:
    location = f"{path}:{row.line.number}"
    if row.line.problem == "missing_columns":
        expected = "three columns by tab: source, target, links"
        return Problem(location, row.line.problem, expected, row.line.text)
    if row.line.problem:
        return unreadable(path, row.line)
    source, target, links = row.cells
    return aligned_pair(source, target, links, 0, location)


def aligned_pair(
    source: str, target: str, links: str, first_index: int, location: str
) -> AlignedPair | Problem:
    """Parse a pair and its links.

    Example:
        >>> pair = aligned_pair("a house", "nyumba", "1-0 0p0", 0, "a.tsv:1")
        >>> sorted(pair.sure), sorted(pair.possible)
        ([(1, 0)], [(0, 0), (1, 0)])

    Args:
        source: words separated by spaces.
        target: words separated by spaces.
        links: `i-j` for sure and `ipj` for possible, separated by spaces.
        first_index: the number of the first word in `links`, 0 or 1.
        location: file and line of the links.
    """
    sides = tuple(source.split()), tuple(target.split())
    if not all(sides):
        return Problem(
            location, "empty_sentence", "words on both sides", f"{source} {_BETWEEN} {target}"
        )
    sure, possible = set(), set()
    for text in links.split():
        found = _parse_link(text, first_index, sides)
        if found is None:
            last = " and ".join(str(len(side) - 1 + first_index) for side in sides)
            expected = f"links i-j or ipj from {first_index} to {last}"
            return Problem(location, "bad_link", expected, text)
        kind, link = found
        possible.add(link)
        if kind == "-":
            sure.add(link)
    return AlignedPair(*sides, frozenset(sure), frozenset(possible), location)


def _parse_link(
    text: str, first_index: int, sides: Sequence[Sequence[str]]
) -> tuple[str, tuple[int, int]] | None:
    match = _LINK.fullmatch(text)
    if match is None:
        return None
    source, target = int(match[1]) - first_index, int(match[3]) - first_index
    inside = 0 <= source < len(sides[0]) and 0 <= target < len(sides[1])
    return (match[2], (source, target)) if inside else None
