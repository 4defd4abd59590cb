"""Filters by the share of one class of characters: letters, digits, symbols, a script."""

import functools
from typing import Literal

import pydantic
import regex

from tfmling.core.languages import Language, language_scripts
from tfmling.filters.filter import SentenceFilter

_NOT_LETTERS_OR_SPACES = regex.compile(r"[^\p{L}\p{M} ]+")
_NOT_LETTERS = regex.compile(r"\P{L}+")
# Unicode's symbols (currency, arrows, mathematics, emoji, |, ~, ...) and other decoration of pages
_SYMBOLS = regex.compile(r"[\p{S}#*_\\/@•·†‡§¶…]+")


class LetterShareFilter(SentenceFilter):
    """Keep sentences in which at least `min_share` of the characters are letters.

    Rejects tables and code.

    Example:
        >>> LetterShareFilter(kind="letters").score("ab 12", "en")
        0.5
    """

    kind: Literal["letters"]
    min_share: float = pydantic.Field(0.5, ge=0, le=1)
    """Minimum share of letters."""

    def score(self, text: str, language: str) -> float:
        """The share of letters and combining marks among all characters except spaces."""
        letters = _NOT_LETTERS_OR_SPACES.sub("", text)
        return _share_of_visible(len(letters) - letters.count(" "), text)

    def accepts(self, score: float) -> bool:
        """Whether the share is at least `min_share`."""
        return score >= self.min_share


class DigitShareFilter(SentenceFilter):
    """Reject sentences in which more than `max_share` of the characters are digits.

    Rejects tables and sports results, in any script.

    Example:
        >>> DigitShareFilter(kind="digits").score("ab 12", "en")
        0.5
    """

    kind: Literal["digits"]
    max_share: float = pydantic.Field(0.3, ge=0, le=1)
    """Maximum share of digits."""

    def score(self, text: str, language: str) -> float:
        """The share of decimal digits among all characters except spaces."""
        return _share_of_visible(sum(map(str.isdecimal, text)), text)

    def accepts(self, score: float) -> bool:
        """Whether the share is at most `max_share`."""
        return score <= self.max_share


class SymbolShareFilter(SentenceFilter):
    """Reject sentences in which more than `max_share` of the characters are symbols.

    Rejects menus, code and decoration. Gopher (Rae et al. 2021) allows 0.1 hash marks and ellipses
    per word; this filter counts all symbols, per visible character.

    Example:
        >>> SymbolShareFilter(kind="symbols").score("a | b", "en") > 0.1
        True
    """

    kind: Literal["symbols"]
    max_share: float = pydantic.Field(0.1, ge=0, le=1)
    """Maximum share of symbols."""

    def score(self, text: str, language: str) -> float:
        """The share of symbols among all characters except spaces."""
        return _share_of_visible(sum(map(len, _SYMBOLS.findall(text))), text)

    def accepts(self, score: float) -> bool:
        """Whether the share is at most `max_share`."""
        return score <= self.max_share


class ScriptFilter(SentenceFilter):
    """Keep sentences in which at least `min_share` of the letters are in the language's script.

    Example:
        >>> ScriptFilter(kind="script").score("ሰላም Addis", "am")
        0.375
    """

    kind: Literal["script"]
    min_share: float = pydantic.Field(0.5, ge=0, le=1)
    """Below 1, so that names and quotations in another script are allowed."""
    scripts: dict[Language, list[str]] = pydantic.Field({})
    """Language -> ISO 15924 codes, for languages that are written in more scripts than the usual
    one, or whose script is unknown. A language without known scripts passes.
    """

    @pydantic.field_validator("scripts")
    @classmethod
    def _known_scripts(cls, scripts: dict[str, list[str]]) -> dict[str, list[str]]:
        for names in scripts.values():
            try:
                _letters_of_other_scripts(tuple(names))
            except regex.error:
                raise ValueError(f"expected ISO 15924 codes such as Latn, got {names}") from None
        return scripts

    def score(self, text: str, language: str) -> float:
        """The share of letters in an expected script; 1 if there are no letters."""
        scripts = tuple(self.scripts.get(language, ())) or language_scripts(language)
        if not scripts or not _letters_of_other_scripts(scripts).search(text):
            return 1.0
        letters = _NOT_LETTERS.sub("", text)
        return len(_letters_of_other_scripts(scripts).sub("", letters)) / len(letters)

    def accepts(self, score: float) -> bool:
        """Whether the share is at least `min_share`."""
        return score >= self.min_share


def _share_of_visible(count: int, text: str) -> float:
    visible = len(text) - text.count(" ")
    return count / visible if visible else 0.0


@functools.cache
def _letters_of_other_scripts(scripts: tuple[str, ...]) -> regex.Pattern:
    # script extensions count too, for letters that several scripts share (the Japanese ー)
    classes = "".join(rf"\p{{Script_Extensions={script}}}" for script in scripts)
    return regex.compile(rf"[\p{{L}}--[{classes}]]+", regex.VERSION1)
