"""Whether a translation is a copy of its source."""

import collections
from typing import Literal

import pydantic
import regex

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


class Copied(PairFilter):
    """Rejects pairs whose sides share more than `max_share` of their words.

    Names and numbers are the same in many languages, so a share above 0 is no sign by itself; the
    sides of short pairs that are all names are lost, and nothing is lost with them.
    """

    kind: Literal["copied"]
    max_share: float = pydantic.Field(0.6, ge=0, le=1)

    def score(self, pair: SentencePair) -> float:
        """Words on both sides, divided by the words of the side that has fewer; case is ignored.

        0 where a side has no words, unless the sides are equal.
        """
        source, target = _words(pair.source), _words(pair.target)
        fewer = min(source.total(), target.total())
        if not fewer:
            return float(pair.source == pair.target)
        return (source & target).total() / fewer

    def accepts(self, score: float) -> bool:
        """Whether the share is within the limit."""
        return score <= self.max_share


def _words(text: str) -> collections.Counter[str]:
    return collections.Counter(_WORD.findall(text.casefold()))
