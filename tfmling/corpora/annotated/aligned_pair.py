"""A sentence pair with links between its words."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class AlignedPair:
    """A sentence pair in words, with the word links that people drew.

    Attributes:
        source: words.
        target: words.
        sure: (source position, target position), from 0: links that annotators agree on.
        possible: links that may be drawn or not; holds all of `sure`.
        location: file and line.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: frozenset[tuple[int, int]]
    possible: frozenset[tuple[int, int]]
    location: str
