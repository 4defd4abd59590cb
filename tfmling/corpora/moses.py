"""Moses bitext: line i of one file is the translation of line i of another."""

import itertools
from collections.abc import Iterator
from typing import Literal

from tfmling.core import config
from tfmling.corpora.corpus import BitextCorpus, Task, paired_files
from tfmling.corpora.documents import Rejected, SentencePair
from tfmling.corpora.lines import read_lines


class Moses(BitextCorpus):
    """Two line-aligned files, compressed or not.

    Extra lines of the longer file are counted as `line_without_partner`.

    Example:
        >>> for name, text in (("a.en", "Hello\\nPeace\\n"), ("a.sw", "Habari\\nAmani\\n")):
        ...     _ = open(name, "w").write(text)
        >>> corpus = Moses(format="moses", source="a.en", target="a.sw",
        ...                source_language="en", target_language="sw")
        >>> [(pair.source, pair.target) for pair in corpus.read("a.en", "a.sw")]
        [('Hello', 'Habari'), ('Peace', 'Amani')]
    """

    format: Literal["moses"]
    source: config.InputPath
    """A file or a pattern."""
    target: config.InputPath
    """A file or a pattern; files are paired in the order of their names."""

    def tasks(self) -> list[Task]:
        """Pair each source file with its target file."""
        return paired_files(self.source, self.target)

    def read(self, *paths: str) -> Iterator[SentencePair | Rejected]:
        """Yield the pairs of two files in order, and the lines that are unreadable or unpaired."""
        both = itertools.zip_longest(*(read_lines(path, self.max_line_bytes) for path in paths))
        for sides in both:
            rejected = [
                line.rejected(path, self.languages, line.problem or "line_without_partner")
                for path, line in zip(paths, sides, strict=True)
                if line is not None and (line.problem or None in sides)
            ]
            if rejected:
                yield from rejected
            else:
                source, target = sides
                yield self.pair(paths[0], source.number, source.text, target.text)
