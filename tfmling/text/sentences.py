"""Text to sentences, by the rules that `sentencex` has for about 300 languages.

Three scripts go other ways, because sentencex leaves their paragraphs whole: Khmer is split by ICU,
Thai, which ends sentences with a mere space if at all, by the model `crfcut` of PyThaiNLP, and
Tibetan after its shads. Lao has no marks either, and no model that we know of: its paragraphs stay
whole.
"""

import functools
from collections.abc import Callable
from typing import Any

import regex
import sentencex

from tfmling import extras

_SHADS = regex.compile(r"(?<=[\u0f0d-\u0f12])\s+")


def split_sentences(text: str, language: str) -> list[str]:
    """Splits running text.

    Args:
        text: one paragraph, normalised.
        language: BCP-47 code; only its first subtag is looked at, and a language without rules
            gets those of a related one or of English.

    Returns:
        The sentences in order without surrounding white space; their words are those of the text.

    Raises:
        MissingPackageError: what splits this language is not installed.
    """
    primary = language.partition("-")[0]
    split = _SPLITTERS.get(primary, sentencex.segment)
    stripped = (sentence.strip() for sentence in split(primary, text))
    return [sentence for sentence in stripped if sentence]


def _by_icu(language: str, text: str) -> list[str]:
    breaker = _icu().SentenceBreaker(text, language)
    return [text[start:end] for start, end in breaker.segments()]


def _by_crfcut(language: str, text: str) -> list[str]:
    return _thai()(text, engine="crfcut") if text else []


def _at_shads(language: str, text: str) -> list[str]:
    return _SHADS.split(text)


@functools.cache
def _icu() -> Any:
    return extras.load("icu4py.breakers", "clean")


@functools.cache
def _thai() -> Callable[..., list[str]]:
    extras.require("pycrfsuite", "thai")
    return extras.load("pythainlp.tokenize", "thai").sent_tokenize


_SPLITTERS: dict[str, Callable[[str, str], list[str]]] = {
    "km": _by_icu,
    "th": _by_crfcut,
    "bo": _at_shads,
    "dz": _at_shads,
}
