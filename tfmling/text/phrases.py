"""Lists of words and phrases, and what part of a text they make."""

import functools
from collections.abc import Iterable, Sequence

from tfmling.core import files
from tfmling.text.units import split_units

Phrase = tuple[str, ...]


class Phrases:
    """Words and phrases that are looked for as wholes, whatever their case."""

    def __init__(self, phrases: Iterable[str]):
        self._phrases = frozenset(filter(None, (tuple(split_units(each)) for each in phrases)))
        self._longest = max(map(len, self._phrases), default=0)

    def __len__(self) -> int:
        return len(self._phrases)

    def count(self, units: Sequence[str]) -> int:
        """How many of the units are part of a phrase; at each place the longest one counts."""
        covered = start = 0
        while start < len(units):
            length = self._length_at(units, start)
            covered += length
            start += max(length, 1)
        return covered

    def _length_at(self, units: Sequence[str], start: int) -> int:
        for length in range(min(self._longest, len(units) - start), 0, -1):
            if tuple(units[start : start + length]) in self._phrases:
                return length
        return 0


@functools.cache  # once in each process
def read_phrases(path: str) -> Phrases:
    """Reads a list: a word or phrase a line; empty lines and lines that begin with # are none."""
    lines = (line.strip() for line in files.read_lines(path))
    return Phrases(line for line in lines if not line.startswith("#"))
