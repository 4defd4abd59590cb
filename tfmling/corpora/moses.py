"""Moses bitext: two files, line i of one translates line i of the other."""

import itertools
from collections.abc import Iterator
from typing import Literal

from tfmling.core import config
from tfmling.corpora.corpus import BitextCorpus, Task, paired_files
from tfmling.corpora.documents import Rejected, SentencePair, excerpt
from tfmling.corpora.lines import Line, read_lines


class Moses(BitextCorpus):
    """Two line-aligned files, compressed or not.

    A pattern may name several files of each side, which then belong together in the order of their
    names. The lines by which one file is longer are counted as `line_without_partner`.
    """

    format: Literal["moses"]
    source: config.InputPath
    target: config.InputPath

    def tasks(self) -> list[Task]:
        """Each source file with its target file."""
        return paired_files(self.source, self.target)

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yields the pairs of two files in order, and the lines that are none."""
        both = itertools.zip_longest(*(read_lines(path, self.max_line_bytes) for path in paths))
        for sides in both:
            broken = [
                self._rejected(path, line)
                for path, line in zip(paths, sides, strict=True)
                if line is not None and (line.problem or None in sides)
            ]
            if broken:
                yield from broken
            else:
                yield self._pair(paths[0], *sides)

    def _rejected(self, path: str, line: Line) -> Rejected:
        if line.problem:
            return line.rejected(path, self.languages)
        location = f"{path}:{line.number}"
        return Rejected(location, self.languages, "line_without_partner", excerpt(line.text))

    def _pair(self, path: str, source: Line, target: Line) -> SentencePair:
        languages = (self.source_language, self.target_language)
        texts = (source.text, target.text)
        return SentencePair(path, source.number, *texts, *languages, license=self.license)
