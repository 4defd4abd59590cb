"""How much of a sentence is symbols."""

from typing import Literal

import pydantic
import regex

from tfmling.filters.filter import SentenceFilter

# Symbols by Unicode (currency, arrows, mathematics, emoji, |, ~, ...) and what else decorates pages
_SYMBOLS = regex.compile(r"[\p{S}#*_\\/@•·†‡§¶…]+")


class Symbols(SentenceFilter):
    """Rejects sentences of which more than `max_share` is symbols: menus, code, decoration.

    Gopher (Rae et al. 2021) has 0.1 for hash marks and ellipses per word; this one counts all
    symbols per visible character.
    """

    kind: Literal["symbols"]
    max_share: float = pydantic.Field(0.1, ge=0, le=1)

    def score(self, text: str, language: str) -> float:
        """The share of symbols among all characters that are no spaces."""
        visible = len(text) - text.count(" ")
        return sum(map(len, _SYMBOLS.findall(text))) / visible if visible else 0.0

    def accepts(self, score: float) -> bool:
        """Whether the share is within the limit."""
        return score <= self.max_share
