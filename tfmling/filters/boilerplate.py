"""Whether a sentence is a piece of a page's frame: menus, notices, code, cut teasers."""

from typing import Literal

import pydantic
import regex

from tfmling.core import config
from tfmling.filters.filter import SentenceFilter
from tfmling.text.ngrams import read_phrases, split_units

# The same in most languages; English phrases are those that pages in any language carry (C4, Raffel
# et al. 2020, section 2.2, drops lines with most of them)
_SIGNS = {
    "code": r"[{}]|\bfunction\s?\(|\bjavascript\b|</?[a-z]+[^<>]*>",
    # guillemets are quotation marks where there are opening ones too
    "menu": r"^(?=[^«‹]*$).*?(?:(?:^|\s)[|»›·•>→](?:\s|$).{0,40}?){2,}",
    "cut": r"(?:\[(?:…|\.{3})\]|(?:…|\.{3})\s?[→>]|→|>>)\s?$",
    "notice": r"©|\(c\)\s?\d{4}|\ball rights reserved\b|\bcookies? (?:policy|settings)\b"
    r"|\bprivacy policy\b|\bterms of use\b",
    "filler": r"\blorem ipsum\b",
    "tags": r"(?:[#@]\w+\W+){2,}[#@]\w+",
}
_PATTERNS = [regex.compile(pattern, regex.IGNORECASE) for pattern in _SIGNS.values()]


class Boilerplate(SentenceFilter):
    """Rejects sentences with more than `max` signs of a page's frame.

    Signs are code, menus (`Nyumbani | Habari | Michezo`), cut teasers (`[…]`), legal notices,
    lorem ipsum, rows of tags, and the user's own phrases. Each counts once.

    Attributes:
        max: how many signs are kept.
        phrases: a file with a phrase a line (`soma zaidi`), each a sign; matched as whole words.
    """

    kind: Literal["boilerplate"]
    max: int = pydantic.Field(0, ge=0)
    phrases: config.InputPath | None = None

    def score(self, text: str, language: str) -> float:
        """The number of kinds of signs that are found."""
        found = sum(pattern.search(text) is not None for pattern in _PATTERNS)
        if self.phrases is not None:
            found += read_phrases(self.phrases).count(split_units(text)) > 0
        return found

    def accepts(self, score: float) -> bool:
        """Whether there are no more signs than are kept."""
        return score <= self.max
