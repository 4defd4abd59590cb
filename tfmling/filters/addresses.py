"""Whether a sentence and its translation have the same web and e-mail addresses."""

import collections
from typing import Literal

import pydantic
import regex

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter

_ADDRESS = regex.compile(
    r"(?:https?://|www\.)[^\s<>\"“”«»]+|[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+",
    regex.IGNORECASE,
)
_AFTER = ".,;:!?)]}'’/។።。、؟۔"  # may follow an address, and is then no part of it


class Addresses(PairFilter):
    """Keeps pairs whose web and e-mail addresses agree to the share `min_share`."""

    kind: Literal["addresses"]
    min_share: float = pydantic.Field(0.5, ge=0, le=1)

    def score(self, pair: SentencePair) -> float:
        """Addresses on both sides, divided by those on the side that has more; 1 without any."""
        source, target = _addresses(pair.source), _addresses(pair.target)
        more = max(source.total(), target.total())
        return (source & target).total() / more if more else 1.0

    def accepts(self, score: float) -> bool:
        """Whether the share is reached."""
        return score >= self.min_share


def _addresses(text: str) -> collections.Counter[str]:
    if "@" not in text and "://" not in text and "www." not in text.lower():
        return collections.Counter()  # as in nearly all sentences
    found = (address.casefold().rstrip(_AFTER) for address in _ADDRESS.findall(text))
    without_scheme = (regex.sub(r"^https?://(?:www\.)?|^www\.", "", each) for each in found)
    return collections.Counter(without_scheme)
