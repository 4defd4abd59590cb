"""How much of a sentence is digits."""

from typing import Literal

import pydantic

from tfmling.filters.filter import SentenceFilter


class Digits(SentenceFilter):
    """Rejects sentences of which more than `max_share` is digits of any script: tables, scores."""

    kind: Literal["digits"]
    max_share: float = pydantic.Field(0.3, ge=0, le=1)

    def score(self, text: str, language: str) -> float:
        """The share of decimal digits among all characters that are no spaces."""
        visible = len(text) - text.count(" ")
        return sum(map(str.isdecimal, text)) / visible if visible else 0.0

    def accepts(self, score: float) -> bool:
        """Whether the share is within the limit."""
        return score <= self.max_share
