"""Overlapping windows for sentences that are longer than the encoder's input.

Every word is scored in exactly one window, the one in which it is further from an edge; the other
words of a window are context.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple


class Window(NamedTuple):
    """Words `start` to `end` - 1 of a sentence; `scored_start` to `scored_end` - 1 are scored.

    Example:
        >>> Window(start=2, end=5, scored_start=3, scored_end=5).scored
        slice(1, 3, None)
    """

    start: int
    end: int
    scored_start: int
    scored_end: int

    @property
    def scored(self) -> slice:
        """The scored words, counted from `start`."""
        return slice(self.scored_start - self.start, self.scored_end - self.start)


def cut_windows(pieces: Sequence[int], budget: int, overlap: int) -> list[Window]:
    """Cut a sentence into windows, in order; one window if it fits.

    Args:
        pieces: number of pieces of each word, 1 to `budget`.
        budget: pieces per window.
        overlap: pieces that neighboring windows share at most; less if a long word needs the room.

    Raises:
        ValueError: a word does not fit into a window.

    Example:
        >>> for window in cut_windows([1, 1, 1, 1, 1], budget=4, overlap=2):
        ...     print(window)
        Window(start=0, end=4, scored_start=0, scored_end=3)
        Window(start=2, end=5, scored_start=3, scored_end=5)
    """
    if pieces and max(pieces) > budget:
        raise ValueError(f"expected words of at most {budget} pieces, got one of {max(pieces)}")
    spans = [(0, _end_of_window(pieces, 0, budget))]
    while spans[-1][1] < len(pieces):
        end = spans[-1][1]
        start = _start_of_overlap(pieces, end, min(overlap, budget - pieces[end]))
        spans.append((start, _end_of_window(pieces, start, budget)))
    # scored ranges meet in the middle of the overlap
    middles = [(later[0] + before[1]) // 2 for before, later in itertools.pairwise(spans)]
    scored = zip([0, *middles], [*middles, len(pieces)], strict=True)
    return [Window(*span, *own) for span, own in zip(spans, scored, strict=True)]


def _end_of_window(pieces: Sequence[int], start: int, budget: int) -> int:
    end, used = start, 0
    while end < len(pieces) and used + pieces[end] <= budget:
        used += pieces[end]
        end += 1
    return end


def _start_of_overlap(pieces: Sequence[int], end: int, budget: int) -> int:
    start, used = end, 0
    while start > 0 and used + pieces[start - 1] <= budget:
        start -= 1
        used += pieces[start]
    return start
