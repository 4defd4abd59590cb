"""Length in characters."""

from typing import Literal

import pydantic

from tfmling.filters.filter import SentenceFilter


class Characters(SentenceFilter):
    """Keeps sentences of `min` to `max` characters (LaBSE: 10 to 5,000 for lines of the web)."""

    kind: Literal["characters"]
    min: int = pydantic.Field(1, ge=0)
    max: int = pydantic.Field(5000, ge=0)

    def score(self, text: str, language: str) -> float:
        """The number of Unicode characters."""
        return len(text)

    def accepts(self, score: float) -> bool:
        """Whether the length is within the limits, both included."""
        return self.min <= score <= self.max

    def reason(self, score: float) -> str:
        """Which limit it was."""
        return "too_few_characters" if score < self.min else "too_many_characters"
