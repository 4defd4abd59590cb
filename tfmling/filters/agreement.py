"""Filters by what a translation must keep: numbers and addresses."""

import collections
import unicodedata
from typing import Literal

import pydantic
import regex

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter

# 300,000, 300.000 and 300 000 are numbers, @name7 is not; 2009年 is one, since Japanese and others
# put no spaces between words
_WORD_CHARACTER = r"[\w--[\p{Han}\p{Hira}\p{Kana}\p{Hang}\p{Thai}\p{Laoo}\p{Khmr}\p{Mymr}\p{Tibt}]]"
_NUMBER = regex.compile(
    rf"(?<!{_WORD_CHARACTER}|[@#])(?:\p{{Nd}}{{1,3}}(?: \p{{Nd}}{{3}}(?!\p{{Nd}}))+"
    rf"|\p{{Nd}}+(?:[.,]\p{{Nd}}{{3}}(?!\p{{Nd}}))*)(?!{_WORD_CHARACTER})",
    regex.VERSION1,
)
_ADDRESS = regex.compile(
    r"(?:https?://|www\.)[^\s<>\"“”«»]+|[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+",
    regex.IGNORECASE,
)
_PUNCTUATION_AFTER_ADDRESS = ".,;:!?)]}'’/។።。、؟۔"


class _AgreementFilter(PairFilter):
    min_share: float = pydantic.Field(0.5, ge=0, le=1)
    """Minimum share of the items of both sides that agree."""

    def accepts(self, score: float) -> bool:
        """Whether the share is at least `min_share`."""
        return score >= self.min_share


class NumbersFilter(_AgreementFilter):
    """Keep pairs in which at least `min_share` of the numbers agree.

    Numbers are decimal digits of any script, with or without separators of thousands. Translators
    spell small numbers out and convert units, so a limit of 1 would lose good pairs.

    Example:
        >>> numbers = NumbersFilter(kind="numbers")
        >>> numbers.score(SentencePair("a", 1, "watu 300,000, 5", "300 000", "sw", "en"))
        0.5
    """

    kind: Literal["numbers"]

    def score(self, pair: SentencePair) -> float:
        """Shared numbers divided by those of the side that has more; 1 if there are none."""
        return _agreement(_numbers(pair.source), _numbers(pair.target))


class AddressesFilter(_AgreementFilter):
    """Keep pairs in which at least `min_share` of the web and e-mail addresses agree.

    Example:
        >>> addresses = AddressesFilter(kind="addresses")
        >>> addresses.score(SentencePair("a", 1, "see www.a.org", "ona www.a.org.", "en", "sw"))
        1.0
    """

    kind: Literal["addresses"]

    def score(self, pair: SentencePair) -> float:
        """Shared addresses divided by those of the side that has more; 1 if there are none."""
        return _agreement(_addresses(pair.source), _addresses(pair.target))


def _agreement(source: collections.Counter[str], target: collections.Counter[str]) -> float:
    more = max(source.total(), target.total())
    return (source & target).total() / more if more else 1.0


def _numbers(text: str) -> collections.Counter[str]:
    return collections.Counter(_in_ascii(number) for number in _NUMBER.findall(text))


def _in_ascii(number: str) -> str:
    digits = (str(unicodedata.digit(digit)) for digit in number if digit not in "., ")
    return "".join(digits).lstrip("0")


def _addresses(text: str) -> collections.Counter[str]:
    if "@" not in text and "://" not in text and "www." not in text.lower():
        return collections.Counter()  # a fast path: true of nearly all sentences
    addresses = (
        address.casefold().rstrip(_PUNCTUATION_AFTER_ADDRESS) for address in _ADDRESS.findall(text)
    )
    without_scheme = (regex.sub(r"^https?://(?:www\.)?|^www\.", "", each) for each in addresses)
    return collections.Counter(without_scheme)
