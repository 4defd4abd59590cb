"""Filters by signs and phrases: page furniture, and words of a list."""

from typing import Literal

import pydantic
import regex

from tfmling.core import config
from tfmling.filters.filter import SentenceFilter
from tfmling.text.ngrams import read_phrases, split_units

# Much the same in most languages; the English phrases occur on pages of any language (C4, Raffel et
# al. 2020, section 2.2, drops lines with most of them)
_SIGNS = {
    "code": r"[{}]|\bfunction\s?\(|\bjavascript\b|</?[a-z]+[^<>]*>",
    # guillemets are quotation marks if there are opening ones too
    "menu": r"^(?=[^«‹]*$).*?(?:(?:^|\s)[|»›·•>→](?:\s|$).{0,40}?){2,}",
    "cut": r"(?:\[(?:…|\.{3})\]|(?:…|\.{3})\s?[→>]|→|>>)\s?$",
    "notice": r"©|\(c\)\s?\d{4}|\ball rights reserved\b|\bcookies? (?:policy|settings)\b"
    r"|\bprivacy policy\b|\bterms of use\b",
    "filler": r"\blorem ipsum\b",
    "tags": r"(?:[#@]\w+\W+){2,}[#@]\w+",
}
_PATTERNS = [regex.compile(pattern, regex.IGNORECASE) for pattern in _SIGNS.values()]


class BoilerplateFilter(SentenceFilter):
    """Reject sentences with more than `max` signs of boilerplate.

    Signs are code, menus (`Nyumbani | Habari | Michezo`), truncated teasers (`[…]`), legal notices,
    lorem ipsum, rows of tags, and the user's own phrases. Each counts once.

    Example:
        >>> boilerplate = BoilerplateFilter(kind="boilerplate")
        >>> boilerplate.score("Nyumbani | Habari | Michezo", "sw")
        1
    """

    kind: Literal["boilerplate"]
    max: int = pydantic.Field(0, ge=0)
    """How many signs are allowed."""
    phrases: config.InputPath | None = None
    """A file with one phrase per line (`soma zaidi`), matched as whole words; any of them is one
    more sign.
    """

    def score(self, text: str, language: str) -> float:
        """Count the kinds of signs that occur."""
        found = sum(pattern.search(text) is not None for pattern in _PATTERNS)
        if self.phrases is not None:
            found += read_phrases(self.phrases).count(split_units(text)) > 0
        return found

    def accepts(self, score: float) -> bool:
        """Whether there are at most `max` signs."""
        return score <= self.max


class ListedWordsFilter(SentenceFilter):
    """Reject sentences in which more than `max_share` of the words are listed, such as profanity.

    Bring your own list; none is included. Restrict a list to its language with `languages`: a
    harmless word of one language may be an insult in another.

    Example:
        >>> from tfmling.core import files
        >>> files.write_text("listed.txt", "mbaya\\n")
        >>> listed = ListedWordsFilter(kind="listed_words", path="listed.txt")
        >>> listed.score("neno mbaya", "sw")
        0.5
    """

    kind: Literal["listed_words"]
    path: config.InputPath
    """A file with one word or phrase per line, matched as whole words, ignoring case."""
    name: str = pydantic.Field("listed_words", min_length=1)
    """The reason under which rejected sentences are counted."""
    max_share: float = pydantic.Field(0.0, ge=0, le=1)
    """0 rejects every sentence with a listed word."""

    def score(self, text: str, language: str) -> float:
        """The share of words that are listed or part of a listed phrase."""
        words = split_units(text)
        return read_phrases(self.path).count(words) / len(words) if words else 0.0

    def accepts(self, score: float) -> bool:
        """Whether the share is at most `max_share`."""
        return score <= self.max_share

    def reason(self, score: float) -> str:
        """The name of the list."""
        return self.name
