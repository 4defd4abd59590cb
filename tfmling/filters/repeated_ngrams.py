"""Whether a sentence repeats its words, by the rules of Gopher.

Rae et al. (2021), "Scaling language models", table A1: the share of characters in the most frequent
n-gram of 2 to 4 words, and in all repeated n-grams of 5 to 10 words.
"""

import collections
from collections.abc import Sequence
from typing import Literal

import pydantic

from tfmling.filters.filter import SentenceFilter
from tfmling.text.ngrams import split_units

Ngram = tuple[str, ...]

_MOST_FREQUENT = {2: 0.20, 3: 0.18, 4: 0.16}
_REPEATED = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}


class RepeatedNgrams(SentenceFilter):
    """Rejects sentences with a share of repeated words above Gopher's limits.

    The limits are for documents. In a sentence a short n-gram may well occur twice, so one must
    occur `min_count` times to be looked at. Letters are words in scripts without spaces.

    Attributes:
        max: the greatest multiple of Gopher's limits that is kept.
        min_count: how often the most frequent n-gram of 2 to 4 words must occur.
    """

    kind: Literal["repeated_ngrams"]
    max: float = pydantic.Field(1.0, gt=0)
    min_count: int = pydantic.Field(3, ge=2)

    def score(self, text: str, language: str) -> float:
        """The greatest of the shares, each divided by its limit."""
        words = split_units(text)
        greatest = 0.0
        for n, limit in (_MOST_FREQUENT | _REPEATED).items():
            ngrams = list(zip(*(words[start:] for start in range(n)), strict=False))
            if len(set(ngrams)) == len(ngrams):
                break  # and no longer one is repeated either
            characters = self._most_frequent(ngrams) if n in _MOST_FREQUENT else _repeated(ngrams)
            greatest = max(greatest, characters / limit)
        return greatest / max(sum(map(len, words)), 1)

    def accepts(self, score: float) -> bool:
        """Whether no share is above its limit."""
        return score <= self.max

    def _most_frequent(self, ngrams: Sequence[Ngram]) -> int:
        """Characters in an n-gram that occurs often enough, all its occurrences together."""
        counts = collections.Counter(ngrams)
        return max((_length(g) * c for g, c in counts.items() if c >= self.min_count), default=0)


def _repeated(ngrams: Sequence[Ngram]) -> int:
    """Characters in occurrences of n-grams after their first; none is counted twice."""
    seen: set[Ngram] = set()
    characters = start = 0
    while start < len(ngrams):
        again = ngrams[start] in seen
        seen.add(ngrams[start])
        characters += _length(ngrams[start]) if again else 0
        start += len(ngrams[start]) if again else 1
    return characters


def _length(ngram: Ngram) -> int:
    return sum(map(len, ngram))
