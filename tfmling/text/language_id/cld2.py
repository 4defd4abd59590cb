"""CLD2, the identifier of Chrome: about 100,000 sentences per second, 165 languages."""

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
_OTHERWISE = {"ku": "ckb"}  # its Kurdish is that in Arabic script
# Characters that CLD2 rejects: controls, surrogates, unassigned code points
_REFUSED = regex.compile(r"[\p{Cc}\p{Cs}\p{Cn}]+")


class Cld2(LanguageIdentifier):
    """CLD2, whose shares of a text are used as probabilities.

    A hint of the expected language helps CLD2 with short texts, but also finds that language in
    short texts of others. So unless the result without a hint is certain, the plausibility is the
    mean of the results with and without one.

    Example:
        >>> found = Cld2(kind="cld2").identify(["The children go to school every day."])
        >>> [language for language, share in found]
        ['en']
    """

    kind: Literal["cld2"]
    package: ClassVar[str] = "pycld2"

    @property
    def languages(self) -> frozenset[str]:
        """The languages that CLD2 detects."""
        return frozenset(_languages().values())

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Return the language with the largest share and the share, halved if unreliable."""
        return [self._score(text) for text in texts]

    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """Return the mean of the comparisons without and with a hint."""
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
        if alone.plausibility == 1:  # certain without a hint
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
