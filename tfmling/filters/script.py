"""Whether a sentence is in the script of its language."""

import functools
from typing import Literal

import pydantic
import regex

from tfmling.core.languages import Language, language_scripts
from tfmling.filters.filter import SentenceFilter

_NO_LETTERS = regex.compile(r"\P{L}+")


class Script(SentenceFilter):
    """Keeps sentences whose letters are to the share `min_share` in the language's own script.

    Attributes:
        min_share: names and quotations in another script leave some letters out.
        scripts: language -> ISO 15924 codes, for languages written in more scripts than the usual
            one, or in none that is known. A language of which nothing is known passes.
    """

    kind: Literal["script"]
    min_share: float = pydantic.Field(0.5, ge=0, le=1)
    scripts: dict[Language, list[str]] = pydantic.Field({})

    @pydantic.field_validator("scripts")
    @classmethod
    def _known_scripts(cls, scripts: dict[str, list[str]]) -> dict[str, list[str]]:
        for names in scripts.values():
            try:
                _other_letters(tuple(names))
            except regex.error:
                raise ValueError(f"expected ISO 15924 codes such as Latn, got {names}") from None
        return scripts

    def score(self, text: str, language: str) -> float:
        """The share of letters that are in an expected script; 1 where there are no letters."""
        scripts = tuple(self.scripts.get(language, ())) or language_scripts(language)
        if not scripts or not _other_letters(scripts).search(text):
            return 1.0
        letters = _NO_LETTERS.sub("", text)
        return len(_other_letters(scripts).sub("", letters)) / len(letters)

    def accepts(self, score: float) -> bool:
        """Whether the share is reached."""
        return score >= self.min_share


@functools.cache
def _other_letters(scripts: tuple[str, ...]) -> regex.Pattern:
    """Matches letters of no such script; extensions count, as the Japanese long vowel's."""
    classes = "".join(rf"\p{{Script_Extensions={script}}}" for script in scripts)
    return regex.compile(rf"[\p{{L}}--[{classes}]]+", regex.VERSION1)
