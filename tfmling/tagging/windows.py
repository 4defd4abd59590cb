"""Sentences that are longer than the encoder's input, as windows that overlap.

Every word is scored in exactly one window, the one in which it is further from an edge; what else a
window holds is context. Plain Python.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple


class Window(NamedTuple):
    """Words `start` to `end` - 1 of a sentence; `scored_start` to `scored_end` - 1 count."""

    start: int
    end: int
    scored_start: int
    scored_end: int


def cut_windows(pieces: Sequence[int], budget: int, overlap: int) -> list[Window]:
    """The windows of a sentence, in order; one window where it fits.

    Args:
        pieces: how many each word has, at least 1 and at most `budget`.
        budget: how many a window holds.
        overlap: how many neighbouring windows share, at most; less where a long word needs room.

    Raises:
        ValueError: a word does not fit into a window.
    """
    if pieces and max(pieces) > budget:
        raise ValueError(f"expected words of at most {budget} pieces, got one of {max(pieces)}")
    spans = [(0, _reach(pieces, 0, budget))]
    while spans[-1][1] < len(pieces):
        start = _step_back(pieces, spans[-1][1], min(overlap, budget - pieces[spans[-1][1]]))
        spans.append((start, _reach(pieces, start, budget)))
    # the middle of what two neighbours share
    middles = [(later[0] + before[1]) // 2 for before, later in itertools.pairwise(spans)]
    scored = zip([0, *middles], [*middles, len(pieces)], strict=True)
    return [Window(*span, *own) for span, own in zip(spans, scored, strict=True)]


def _reach(pieces: Sequence[int], start: int, budget: int) -> int:
    """The end of the longest run of words from `start` that fits."""
    end, used = start, 0
    while end < len(pieces) and used + pieces[end] <= budget:
        used += pieces[end]
        end += 1
    return end


def _step_back(pieces: Sequence[int], end: int, most: int) -> int:
    """The start of the longest run of words before `end` of at most `most` pieces."""
    start, used = end, 0
    while start > 0 and used + pieces[start - 1] <= most:
        start -= 1
        used += pieces[start]
    return start
