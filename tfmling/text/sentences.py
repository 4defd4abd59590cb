"""Split text into sentences with sentencex, which has rules for about 300 languages.

sentencex does not split three scripts: Khmer is split by ICU, Thai, which has at most a space
between sentences, by the model `crfcut` of PyThaiNLP, and Tibetan after its shads. Lao has no
sentence marks either, and no known model: its paragraphs are not split.

Two errors of sentencex are corrected: an apostrophe that is a letter (Hausa 'yan, Hawaiian ʻo,
Guarani 'ára) stays with its word, and a closing quote with its sentence.
"""

import functools
import re
from collections.abc import Callable
from typing import Any

import regex
import sentencex

from tfmling.core import extras

# Modifier letters, which sentencex does not accept at the start of a sentence
_MODIFIERS = "ʻʼʽʾʿˈꞋꞌ"
_INITIAL_MODIFIER = regex.compile(
    rf"(?<=[.!?…։።؟۔।][\p{{Pe}}\p{{Pf}}\"']{{0,3}}\s{{1,3}})[{_MODIFIERS}](?=\p{{L}})"
)
_MODIFIER = re.compile(f"[{_MODIFIERS}]")
_APOSTROPHES = frozenset("'‘’‛`´′" + _MODIFIERS)
_CLOSING = regex.compile(r"[\p{Pe}\p{Pf}\p{Pi}'\"]+(?=\s|\Z)")
_SHADS = regex.compile(r"(?<=[\u0f0d-\u0f12])\s+")


def split_sentences(text: str, language: str) -> list[str]:
    """Split running text into sentences.

    Example:
        >>> split_sentences("Habari ya leo? Nzuri sana, asante.", "sw")
        ['Habari ya leo?', 'Nzuri sana, asante.']

    Args:
        text: one normalized paragraph.
        language: BCP-47 code, of which only the first subtag is used; a language without rules has
            those of a related language or of English.

    Returns:
        The sentences in order, without surrounding white space and with all words of the text.

    Raises:
        MissingPackageError: the splitter of this language is not installed.
    """
    primary = language.partition("-")[0]
    split = _SPLITTERS.get(primary, _by_rules)
    stripped = (sentence.strip() for sentence in split(primary, text))
    return [sentence for sentence in stripped if sentence]


def _by_rules(language: str, text: str) -> list[str]:
    has_modifiers = not text.isascii() and _MODIFIER.search(text)
    modifiers = [m.start() for m in _INITIAL_MODIFIER.finditer(text)] if has_modifiers else []
    reduced = _INITIAL_MODIFIER.sub("", text) if modifiers else text
    sentences, start, at, passed = [], 0, 0, 0
    for sentence in sentencex.segment(language, reduced):
        at += len(sentence)
        # one at the start of the next sentence is not passed
        while passed < len(modifiers) and modifiers[passed] < at + passed:
            passed += 1
        end = at + passed
        if end < len(text):
            end = max(start, _better_end(text, end))
        sentences.append(text[start:end])
        start = end
    return sentences


def _better_end(text: str, end: int) -> int:
    """Return the corrected end of a sentence beside an apostrophe or a closing quote."""
    before, after = text[end - 1], text[end]
    if before in _APOSTROPHES and text[end - 2 : end - 1].isspace() and after.isalpha():
        return end - 1
    if not before.isspace() and (closing := _CLOSING.match(text, end)):
        return closing.end()
    return end


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
