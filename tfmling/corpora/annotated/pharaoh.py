"""Word alignments in two files: `source ||| target` a line, and its links, as Pharaoh wrote them.

The gold alignments of the shared tasks of 2003 (Mihalcea and Pedersen) and 2005 are spread so.
"""

import itertools
from collections.abc import Iterator
from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language
from tfmling.corpora.annotated.aligned_pair import AlignedPair
from tfmling.corpora.annotated.annotated_corpus import AnnotatedCorpus
from tfmling.corpora.annotated.links import aligned_pair
from tfmling.corpora.annotated.problem import Problem, unreadable
from tfmling.corpora.corpus import Task, paired_files
from tfmling.corpora.lines import Line, read_lines
from tfmling.corpora.rejected import excerpt

BETWEEN = "|||"


class Pharaoh(AnnotatedCorpus[AlignedPair]):
    """Line-aligned files of sentence pairs and of links.

    Attributes:
        source_language: BCP-47 code.
        target_language: the same.
        sentences: lines `source ||| target`, words with spaces between them.
        links: lines `1-1 2p3`: source word, `-` for sure or `p` for possible, target word.
        first_index: what `links` calls the first word.
    """

    format: Literal["pharaoh"]
    source_language: Language
    target_language: Language
    sentences: config.InputPath
    links: config.InputPath
    first_index: int = pydantic.Field(0, ge=0, le=1)

    def tasks(self) -> list[Task]:
        """Each file of sentences with its file of links."""
        return paired_files(self.sentences, self.links)

    def read(self, *paths: str) -> Iterator[AlignedPair | Problem]:
        """Yields the pairs of two files in order, and the lines that are none."""
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
                return Problem(location, "line_without_partner", "as many lines in both files", got)
        assert sentences is not None, "a line without partner was told before"
        assert links is not None, "the same"
        source, between, target = sentences.text.partition(BETWEEN)
        if not between or BETWEEN in target:
            location = f"{paths[0]}:{sentences.number}"
            expected = f"source {BETWEEN} target"
            return Problem(location, "missing_columns", expected, excerpt(sentences.text))
        return aligned_pair(
            source, target, links.text, self.first_index, f"{paths[1]}:{links.number}"
        )
