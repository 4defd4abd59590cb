"""Whether a sentence and its translation speak of the same numbers."""

import collections
import unicodedata
from typing import Literal

import pydantic
import regex

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter

# 300,000, 300.000 and 300 000 are one number, and @name7 is none; but 2009年 is, since Japanese and
# others put no spaces between words
_BESIDE = r"[\w--[\p{Han}\p{Hira}\p{Kana}\p{Hang}\p{Thai}\p{Laoo}\p{Khmr}\p{Mymr}\p{Tibt}]]"
_NUMBER = regex.compile(
    rf"(?<!{_BESIDE}|[@#])(?:\p{{Nd}}{{1,3}}(?: \p{{Nd}}{{3}}(?!\p{{Nd}}))+"
    rf"|\p{{Nd}}+(?:[.,]\p{{Nd}}{{3}}(?!\p{{Nd}}))*)(?!{_BESIDE})",
    regex.VERSION1,
)


class Numbers(PairFilter):
    """Keeps pairs whose numbers agree to the share `min_share`.

    Numbers are decimal digits of any script, with or without separators of thousands. Translators
    write small ones out and convert units, so that 1 would lose good pairs.
    """

    kind: Literal["numbers"]
    min_share: float = pydantic.Field(0.5, ge=0, le=1)

    def score(self, pair: SentencePair) -> float:
        """Numbers on both sides, divided by those on the side that has more; 1 without any."""
        source, target = _numbers(pair.source), _numbers(pair.target)
        more = max(source.total(), target.total())
        return (source & target).total() / more if more else 1.0

    def accepts(self, score: float) -> bool:
        """Whether the share is reached."""
        return score >= self.min_share


def _numbers(text: str) -> collections.Counter[str]:
    return collections.Counter(_in_ascii(number) for number in _NUMBER.findall(text))


def _in_ascii(number: str) -> str:
    digits = (str(unicodedata.digit(digit)) for digit in number if digit not in "., ")
    return "".join(digits).lstrip("0")
