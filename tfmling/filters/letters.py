"""How much of a sentence is letters, rather than digits, punctuation and symbols."""

from typing import Literal

import pydantic
import regex

from tfmling.filters.filter import SentenceFilter

_NO_LETTERS = regex.compile(r"[^\p{L}\p{M} ]+")


class Letters(SentenceFilter):
    """Keeps sentences that are letters to the share `min_share` at least: no tables, no code."""

    kind: Literal["letters"]
    min_share: float = pydantic.Field(0.5, ge=0, le=1)

    def score(self, text: str, language: str) -> float:
        """The share of letters and their marks among all characters that are no spaces."""
        visible = len(text) - text.count(" ")
        letters = _NO_LETTERS.sub("", text)
        return (len(letters) - letters.count(" ")) / visible if visible else 0.0

    def accepts(self, score: float) -> bool:
        """Whether the share is reached."""
        return score >= self.min_share
