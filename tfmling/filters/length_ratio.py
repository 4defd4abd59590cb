"""Whether a sentence and its translation are of similar length."""

from typing import Literal

import pydantic

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter


class LengthRatio(PairFilter):
    """Rejects pairs of which one side is more than `max` times as long as the other.

    Attributes:
        max: the greatest ratio that is kept.
        unit: `characters`; `bytes` (of UTF-8) suits a pair of an alphabet and Chinese characters
            better; `words` between spaces.
        slack: added to both lengths, so that short sentences may differ more.
    """

    kind: Literal["length_ratio"]
    max: float = pydantic.Field(2.5, ge=1)
    unit: Literal["characters", "bytes", "words"] = "characters"
    slack: float = pydantic.Field(0.0, ge=0)

    def score(self, pair: SentencePair) -> float:
        """The longer length divided by the shorter; infinite where one side is empty."""
        lengths = sorted(self._length(text) + self.slack for text in (pair.source, pair.target))
        return lengths[1] / lengths[0] if lengths[0] else float("inf")

    def accepts(self, score: float) -> bool:
        """Whether the ratio is within the limit."""
        return score <= self.max

    def _length(self, text: str) -> int:
        if self.unit == "words":
            return len(text.split())
        return len(text.encode()) if self.unit == "bytes" else len(text)
