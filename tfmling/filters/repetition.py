"""Whether a sentence says the same over and over."""

from typing import Literal

import pydantic

from tfmling.filters.filter import SentenceFilter

_LENGTH = 4  # characters: long enough that text does not repeat by chance


class Repetition(SentenceFilter):
    """Rejects sentences of which more than `max_share` repeats what was in them already.

    Ordinary sentences of 100 characters repeat about 5 %, of 1,000 about 40 %.
    """

    kind: Literal["repetition"]
    max_share: float = pydantic.Field(0.6, ge=0, le=1)

    def score(self, text: str, language: str) -> float:
        """The share of runs of 4 characters that occurred before; 0 for fewer characters."""
        count = len(text) - _LENGTH + 1
        if count < 1:
            return 0.0
        distinct = set(zip(*(text[start:] for start in range(_LENGTH)), strict=False))
        return 1 - len(distinct) / count

    def accepts(self, score: float) -> bool:
        """Whether the share is within the limit."""
        return score <= self.max_share
