"""Word links as text: `0-0 2-1` and, where annotators may differ, `3p2`."""

import re
from collections.abc import Sequence

from tfmling.corpora.annotated.aligned_pair import AlignedPair
from tfmling.corpora.annotated.problem import Problem

_LINK = re.compile(r"(\d+)([-p])(\d+)")


def aligned_pair(
    source: str, target: str, links: str, first_index: int, location: str
) -> AlignedPair | Problem:
    """A pair in words and its links, or what is wrong with it.

    Args:
        source: words, with spaces between them.
        target: the same.
        links: `i-j` sure and `ipj` possible, with spaces between them.
        first_index: what the first word is called in `links`, 0 or 1.
        location: file and line of the links.
    """
    sides = tuple(source.split()), tuple(target.split())
    if not all(sides):
        return Problem(location, "empty_sentence", "words on both sides", f"{source} ||| {target}")
    sure, possible = set(), set()
    for text in links.split():
        found = _link(text, first_index, sides)
        if found is None:
            last = " and ".join(str(len(side) - 1 + first_index) for side in sides)
            expected = f"links i-j or ipj from {first_index} to {last}"
            return Problem(location, "bad_link", expected, text)
        kind, link = found
        possible.add(link)
        if kind == "-":
            sure.add(link)
    return AlignedPair(*sides, frozenset(sure), frozenset(possible), location)


def _link(
    text: str, first_index: int, sides: Sequence[Sequence[str]]
) -> tuple[str, tuple[int, int]] | None:
    match = _LINK.fullmatch(text)
    if match is None:
        return None
    source, target = int(match[1]) - first_index, int(match[3]) - first_index
    inside = 0 <= source < len(sides[0]) and 0 <= target < len(sides[1])
    return (match[2], (source, target)) if inside else None
