"""Whether a sentence has words of a list: profanity, or whatever a user lists."""

from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.filters.filter import SentenceFilter
from tfmling.text.ngrams import read_phrases, split_units


class ListedWords(SentenceFilter):
    """Rejects sentences with a larger share than `max_share` of words of a list.

    A list is the user's own; none comes with this package. A list of one language goes with
    `languages`, since a harmless word of one may be an insult of another.

    Attributes:
        path: a file with a word or a phrase a line; they are matched as wholes, whatever the case.
        name: under which what is rejected is counted.
        max_share: 0 rejects every sentence with one such word.
    """

    kind: Literal["listed_words"]
    path: config.InputPath
    name: str = pydantic.Field("listed_words", min_length=1)
    max_share: float = pydantic.Field(0.0, ge=0, le=1)

    def score(self, text: str, language: str) -> float:
        """The share of words that are listed or part of a listed phrase."""
        words = split_units(text)
        return read_phrases(self.path).count(words) / len(words) if words else 0.0

    def accepts(self, score: float) -> bool:
        """Whether the share is within the limit."""
        return score <= self.max_share

    def reason(self, score: float) -> str:
        """The list's name."""
        return self.name
