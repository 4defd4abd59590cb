"""Filters of translations that copy their source."""

import collections
from typing import Literal

import pydantic
import regex

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# letters only, and no capital at the beginning
_LOWERCASE_WORD = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}])(?![\p{Lu}\p{Lt}])[\p{L}\p{M}]+(?![\p{L}\p{M}\p{N}])"
)
_ADDRESS = regex.compile(r"[@#/_]|\w\.\w")  # also names of files and users


class CopiedFilter(PairFilter):
    """Reject pairs whose sides share more than `max_share` of their words.

    Names and numbers are the same in many languages, so some overlap is normal. Short pairs that
    consist of names only are lost, which does no harm.

    Example:
        >>> copied = CopiedFilter(kind="copied")
        >>> copied.score(SentencePair("a.tsv", 1, "Paris 2024", "Paris ya 2024", "fr", "sw"))
        1.0
    """

    kind: Literal["copied"]
    max_share: float = pydantic.Field(0.6, ge=0, le=1)
    """Maximum share of words that both sides have in common."""

    def score(self, pair: SentencePair) -> float:
        """Shared words divided by the words of the side that has fewer, ignoring case.

        0 if a side has no words, unless both sides are equal.
        """
        source, target = _words(pair.source), _words(pair.target)
        fewer = min(source.total(), target.total())
        if not fewer:
            return float(pair.source == pair.target)
        return (source & target).total() / fewer

    def accepts(self, score: float) -> bool:
        """Whether the share is at most `max_share`."""
        return score <= self.max_share


class UntranslatedFilter(PairFilter):
    """Reject pairs whose sides are more similar than `max_similarity`.

    Names, numbers and addresses do not count, since a translation keeps them. Unlike `copied` it
    compares parts of words, so it also finds a source that was only respelled or corrected. Related
    languages are similar by nature: Spanish and Portuguese need a higher limit.

    Example:
        >>> untranslated = UntranslatedFilter(kind="untranslated")
        >>> untranslated.score(SentencePair("a.tsv", 1, "habari yako", "habari yako", "en", "sw"))
        1.0
    """

    kind: Literal["untranslated"]
    max_similarity: float = pydantic.Field(0.6, ge=0, le=1)
    """Maximum similarity of both sides, from 0 to 1 (equal)."""

    def score(self, pair: SentencePair) -> float:
        """Dice coefficient of the sets of letter trigrams in words without a capital.

        Word boundaries are part of the trigrams. 0 if a side has no such word.
        """
        source, target = _trigrams(pair.source), _trigrams(pair.target)
        if not source or not target:
            return 0.0
        return 2 * len(source & target) / (len(source) + len(target))

    def accepts(self, score: float) -> bool:
        """Whether the similarity is at most `max_similarity`."""
        return score <= self.max_similarity


def _words(text: str) -> collections.Counter[str]:
    return collections.Counter(_WORD.findall(text.casefold()))


def _trigrams(text: str) -> set[tuple[str, ...]]:
    if _ADDRESS.search(text):
        text = " ".join(word for word in text.split() if not _ADDRESS.search(word))
    padded = f" {' '.join(_LOWERCASE_WORD.findall(text))} "
    trigrams = zip(padded, padded[1:], padded[2:], strict=False)
    return {each for each in trigrams if each[1] != " "}  # those span two words
