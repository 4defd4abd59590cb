"""Filters by length."""

from typing import Literal

import pydantic

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter, SentenceFilter


class _CountFilter(SentenceFilter):
    min: int = pydantic.Field(1, ge=0)
    """Minimum number."""
    max: int = pydantic.Field(0, ge=0)

    def accepts(self, score: float) -> bool:
        """Whether the count is between both limits, inclusive."""
        return self.min <= score <= self.max

    def reason(self, score: float) -> str:
        """Which of the two limits was violated."""
        return f"too_few_{self.kind}" if score < self.min else f"too_many_{self.kind}"


class CharacterCountFilter(_CountFilter):
    """Keep sentences of `min` to `max` characters (LaBSE: 10 to 5,000 for lines of web pages).

    Example:
        >>> CharacterCountFilter(kind="characters").score("Habari ya asubuhi", "sw")
        17
    """

    kind: Literal["characters"]
    max: int = pydantic.Field(5000, ge=0)
    """Maximum number of characters."""

    def score(self, text: str, language: str) -> float:
        """Count Unicode characters."""
        return len(text)


class WordCountFilter(_CountFilter):
    """Keep sentences of `min` to `max` words.

    Words are separated by spaces. In scripts without spaces a sentence is one word: leave `min` at
    1 for them.

    Example:
        >>> WordCountFilter(kind="words").score("Habari ya asubuhi", "sw")
        3
    """

    kind: Literal["words"]
    max: int = pydantic.Field(200, ge=0)
    """Maximum number of words."""

    def score(self, text: str, language: str) -> float:
        """Count words."""
        return len(text.split())


class LengthRatioFilter(PairFilter):
    """Reject pairs in which one side is more than `max` times as long as the other.

    Example:
        >>> ratio = LengthRatioFilter(kind="length_ratio")
        >>> ratio.score(SentencePair("a.tsv", 1, "Ndiyo", "Yes, it is", "sw", "en"))
        2.0
    """

    kind: Literal["length_ratio"]
    max: float = pydantic.Field(2.5, ge=1)
    """The largest ratio that is kept."""
    unit: Literal["characters", "bytes", "words"] = "characters"
    """`characters`; `bytes` (of UTF-8), which compares an alphabet with Chinese characters more
    fairly; or `words` separated by spaces.
    """
    slack: float = pydantic.Field(0.0, ge=0)
    """Added to both lengths, so that short sentences may differ more."""

    def score(self, pair: SentencePair) -> float:
        """The longer length divided by the shorter one; infinite if one side is empty."""
        lengths = sorted(self._length(text) + self.slack for text in (pair.source, pair.target))
        return lengths[1] / lengths[0] if lengths[0] else float("inf")

    def accepts(self, score: float) -> bool:
        """Whether the ratio is at most `max`."""
        return score <= self.max

    def _length(self, text: str) -> int:
        if self.unit == "words":
            return len(text.split())
        return len(text.encode()) if self.unit == "bytes" else len(text)
