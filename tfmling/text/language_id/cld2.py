"""CLD2, the identifier of Chrome: about 100,000 sentences a second, 165 languages."""

import functools
from collections.abc import Collection, Sequence
from types import ModuleType
from typing import Any, ClassVar, Literal

import regex

from tfmling.core import extras
from tfmling.text.language_id.identifier import (
    UNDETERMINED,
    Comparison,
    LanguageIdentifier,
    compare,
    label_languages,
)

_UNKNOWN = "un"
_OTHERWISE = {"ku": "ckb"}  # the Kurdish that it knows is the one in Arabic script
# What CLD2 refuses as invalid: controls, surrogates, code points that are no characters
_REFUSED = regex.compile(r"[\p{Cc}\p{Cs}\p{Cn}]+")


class Cld2(LanguageIdentifier):
    """CLD2 gives shares of a text rather than probabilities; they are taken for such here.

    It can be told which language to expect, and then finds it in short texts where it otherwise
    guesses at random, but also in some short texts of other languages. So a text is asked about
    twice, unless the first answer is sure of the language, and the plausibility is the mean of both
    answers.
    """

    kind: Literal["cld2"]
    package: ClassVar[str] = "pycld2"

    @property
    def languages(self) -> frozenset[str]:
        """The languages that CLD2 says it detects."""
        return frozenset(_languages().values())

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The language with the largest share, and the share, halved where it is unreliable."""
        return [self._score(text) for text in texts]

    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """The mean of two comparisons, the second with the expected language as a hint."""
        hint = _codes()[self.resolve(expected) or expected]
        names = self.names(expected)
        return [self._compare(text, names, hint) for text in texts]

    def _score(self, text: str) -> tuple[str, float]:
        reliable, _, details = _detect(text)
        _, code, percent, _ = details[0]
        language = _languages().get(code, UNDETERMINED)
        return language, percent / 100 if reliable else percent / 200

    def _compare(self, text: str, expected: Collection[str], hint: str) -> Comparison:
        alone = compare(_shares(_detect(text)), expected)
        if alone.plausibility == 1:  # a hint can only confirm it
            return alone
        hinted = compare(_shares(_detect(text, hint)), expected)
        return Comparison((alone.plausibility + hinted.plausibility) / 2, alone.rival)


def _shares(answer: tuple[Any, Any, Any]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for _, code, percent, _ in answer[2]:
        if code != _UNKNOWN:
            language = _languages().get(code, UNDETERMINED)
            shares[language] = shares.get(language, 0.0) + percent
    return shares


def _detect(text: str, hint: str | None = None) -> tuple[Any, Any, Any]:
    cld2 = _cld2()
    try:
        return cld2.detect(text, isPlainText=True, hintLanguage=hint, bestEffort=True)
    except (cld2.error, UnicodeEncodeError):
        clean = _REFUSED.sub(" ", text)
        return cld2.detect(clean, isPlainText=True, hintLanguage=hint, bestEffort=True)


@functools.cache
def _cld2() -> ModuleType:
    return extras.load(Cld2.package, "clean")


@functools.cache
def _languages() -> dict[str, str]:
    """CLD2's codes -> BCP-47 codes: iw -> he."""
    detected = set(_cld2().DETECTED_LANGUAGES)
    codes = [code for name, code in _cld2().LANGUAGES if name in detected]
    return label_languages(codes) | _OTHERWISE


@functools.cache
def _codes() -> dict[str, str]:
    """BCP-47 codes -> CLD2's codes."""
    return {language: code for code, language in _languages().items()}
