"""Filters of sentences that repeat themselves."""

import collections
from collections.abc import Sequence
from typing import Literal

import pydantic

from tfmling.filters.filter import SentenceFilter
from tfmling.text.ngrams import split_units

Ngram = tuple[str, ...]

_RUN_LENGTH = 4  # characters: long enough that ordinary text does not repeat them by chance
# n -> the largest share of characters, from table A1 of Rae et al. (2021)
_MAX_IN_MOST_FREQUENT = {2: 0.20, 3: 0.18, 4: 0.16}
_MAX_IN_REPEATED = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}


class RepetitionFilter(SentenceFilter):
    """Reject sentences in which more than `max_share` of the 4-character runs are repeats.

    Ordinary sentences of 100 characters repeat about 5 %, of 1,000 characters about 40 %.

    Example:
        >>> RepetitionFilter(kind="repetition").score("hahahaha", "en")
        0.6
    """

    kind: Literal["repetition"]
    max_share: float = pydantic.Field(0.6, ge=0, le=1)
    """Maximum share of 4-character runs that are repeats."""

    def score(self, text: str, language: str) -> float:
        """The share of 4-character runs that occurred before; 0 for shorter texts."""
        count = len(text) - _RUN_LENGTH + 1
        if count < 1:
            return 0.0
        distinct = set(zip(*(text[start:] for start in range(_RUN_LENGTH)), strict=False))
        return 1 - len(distinct) / count

    def accepts(self, score: float) -> bool:
        """Whether the share is at most `max_share`."""
        return score <= self.max_share


class RepeatedNgramsFilter(SentenceFilter):
    """Reject sentences that repeat words more than Gopher's limits allow.

    Rae et al. (2021), "Scaling language models", table A1, limits the share of characters in the
    most frequent n-gram of 2 to 4 words, and in all repeated n-grams of 5 to 10 words. Those limits
    are for documents. In a sentence a short n-gram may well occur twice, so it counts only if it
    occurs `min_count` times. In scripts without spaces, letters are taken as words.

    Example:
        >>> RepeatedNgramsFilter(kind="repeated_ngrams").score("moja mbili tatu", "sw")
        0.0
    """

    kind: Literal["repeated_ngrams"]
    max: float = pydantic.Field(1.0, gt=0)
    """The largest multiple of Gopher's limits that is kept."""
    min_count: int = pydantic.Field(3, ge=2)
    """How often the most frequent n-gram of 2 to 4 words must occur to count."""

    def score(self, text: str, language: str) -> float:
        """The largest of the shares, each divided by its limit."""
        words = split_units(text)
        largest = 0.0
        for n, limit in (_MAX_IN_MOST_FREQUENT | _MAX_IN_REPEATED).items():
            ngrams = list(zip(*(words[start:] for start in range(n)), strict=False))
            if len(set(ngrams)) == len(ngrams):
                break  # no n-gram repeats, so no longer one does
            if n in _MAX_IN_MOST_FREQUENT:
                characters = self._characters_in_most_frequent(ngrams)
            else:
                characters = _characters_in_repeated(ngrams)
            largest = max(largest, characters / limit)
        return largest / max(sum(map(len, words)), 1)

    def accepts(self, score: float) -> bool:
        """Whether no share exceeds `max` times its limit."""
        return score <= self.max

    def _characters_in_most_frequent(self, ngrams: Sequence[Ngram]) -> int:
        counts = collections.Counter(ngrams)
        return max((_length(g) * c for g, c in counts.items() if c >= self.min_count), default=0)


def _characters_in_repeated(ngrams: Sequence[Ngram]) -> int:
    """Characters in all occurrences but the first, without counting overlaps twice."""
    seen: set[Ngram] = set()
    characters = start = 0
    while start < len(ngrams):
        is_repeat = ngrams[start] in seen
        seen.add(ngrams[start])
        characters += _length(ngrams[start]) if is_repeat else 0
        start += len(ngrams[start]) if is_repeat else 1
    return characters


def _length(ngram: Ngram) -> int:
    return sum(map(len, ngram))
