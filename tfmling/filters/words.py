"""Length in words."""

from typing import Literal

import pydantic

from tfmling.filters.filter import SentenceFilter


class Words(SentenceFilter):
    """Keeps sentences of `min` to `max` words between spaces.

    Languages that put no spaces between words have one word a sentence: leave `min` at 1 for them.
    """

    kind: Literal["words"]
    min: int = pydantic.Field(1, ge=0)
    max: int = pydantic.Field(200, ge=0)

    def score(self, text: str, language: str) -> float:
        """The number of words between spaces."""
        return len(text.split())

    def accepts(self, score: float) -> bool:
        """Whether the number is within the limits, both included."""
        return self.min <= score <= self.max

    def reason(self, score: float) -> str:
        """Which limit it was."""
        return "too_few_words" if score < self.min else "too_many_words"
