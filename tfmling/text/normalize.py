"""Normalize text: Unicode form, invisible characters, white space, mojibake."""

import functools
import unicodedata
from types import ModuleType
from typing import Literal

import regex

from tfmling.core import extras

UnicodeForm = Literal["NFC", "NFKC"]

# Control characters other than white space, soft hyphens, direction marks, byte-order marks and
# annotation marks: they are invisible and orthographic in no script.
_INVISIBLE = regex.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200e\u200f\u202a-\u202e"
    "\u2061-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]+"
)
# White space, except the narrow no-break space between a Mongolian word and its suffix
_SPACES = regex.compile(r"(?:(?!(?<=\p{Mong})\u202f(?=\p{Mong}))\s)+")
_NARROW_SPACE = "\u202f"


def normalize(text: str, form: UnicodeForm = "NFC") -> str:
    """Normalize a text; normalizing it again changes nothing.

    Example:
        >>> normalize("Habari\\u00a0 ya \\u200bleo?\\n")
        'Habari ya leo?'
        >>> normalize("ﬁ", "NFKC")
        'fi'

    Args:
        text: any text.
        form: the Unicode normalization form. NFKC also folds ligatures and full-width letters, and
            the spaces within Mongolian words.

    Returns:
        The text in that form without invisible characters that are not orthographic. Every run of
        white space, line ends included, is one space; there is none at the start and the end.
    """
    if text.isascii() and text.isprintable():  # the fast path, which most text takes
        return " ".join(text.split())
    text = unicodedata.normalize(form, text)
    if not text.isprintable():
        visible = remove_zero_width(_INVISIBLE.sub("", text))
        text = unicodedata.normalize(form, visible)  # characters that are now adjacent may compose
    if _NARROW_SPACE in text:
        return _SPACES.sub(" ", text).strip()
    return " ".join(text.split())


# UTF-8 decoded as a single-byte encoding contains at least one of these. The check spares most
# text in scripts other than Latin, Greek and Cyrillic.
_SUSPICIOUS = regex.compile("[\x80-\xa0\u00c2-\u00f4\u0102-\u04ff\u2000-\u25ff]")


def fix_mojibake(text: str) -> str:
    """Undo wrong decodings: UTF-8 read as Latin-1, Windows-1252, Mac Roman, ...

    This is ftfy's `fix_encoding`, which changes text only where the result is far likelier: of
    477,682 lines of real text with non-ASCII characters it changed 67, all of them mojibake.

    Example:
        >>> fix_mojibake("naÃ¯ve")
        'naïve'

    Raises:
        MissingPackageError: ftfy, of the extra `clean`, is not installed.
    """
    if text.isascii() or not _SUSPICIOUS.search(text):
        return text
    return _ftfy().fix_encoding(text)


@functools.cache
def _ftfy() -> ModuleType:
    return extras.load("ftfy", "clean")


_SPACE, _NON_JOINER, _JOINER = "\u200b", "\u200c", "\u200d"
_VOWEL_SEPARATOR, _WORD_JOINER = "\u180e", "\u2060"
_ZERO_WIDTH = _SPACE + _NON_JOINER + _JOINER + _VOWEL_SEPARATOR + _WORD_JOINER

_INDIC = (
    "Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Tibt Newa Sylo Mtei Tirh Nand Gran Khoj Sind"
    " Modi Sidd Bali Java Sund Cham Khmr Mymr Lana Thaa Brah Kthi Cakm Shrd Takr Limb Lepc Saur"
)
_SPACELESS = "Khmr Mymr Laoo Thai Lana Tale Talu Tavt Bali Java Tibt Hani Hira Kana"


def _character_class(scripts: str) -> str:
    return "".join(rf"\p{{Script={script}}}" for script in scripts.split())


_EMOJI = r"\p{Extended_Pictographic}\ufe0f\U0001f3fb-\U0001f3ff"
_SPACELESS_LETTERS = _character_class(_SPACELESS)
_ORTHOGRAPHIC = regex.compile(
    "|".join(
        (
            # (non-)joiners in Indic scripts: Sinhala conjuncts, Malayalam chillus, Bengali ya-phala
            rf"(?<=[{_character_class(_INDIC)}])[{_NON_JOINER}{_JOINER}]",
            # non-joiners between Arabic letters: Persian, Kurdish, Urdu
            rf"(?<=\p{{Script=Arab}}\p{{M}}*){_NON_JOINER}(?=\p{{Script=Arab}})",
            # joiners beside Arabic letters: abbreviations in their initial form
            rf"(?<=\p{{Script=Arab}}\p{{M}}*){_JOINER}|{_JOINER}(?=\p{{Script=Arab}})",
            rf"(?<=[{_EMOJI}]){_JOINER}(?=\p{{Extended_Pictographic}})",
            rf"(?<=\p{{Mong}})[{_NON_JOINER}{_JOINER}{_VOWEL_SEPARATOR}]",
            # zero-width spaces between words of scripts that are written without spaces
            rf"(?<=[{_SPACELESS_LETTERS}]\p{{M}}*){_SPACE}(?=[{_SPACELESS_LETTERS}])",
        )
    )
)
_ZERO_WIDTH_RUN = regex.compile(rf"[{_ZERO_WIDTH}]+")


def remove_zero_width(text: str) -> str:
    """Remove zero-width characters that are not orthographic; at most one of a run is kept.

    The neighboring characters decide, after Unicode Standard Annex 31 (section 2.3, "Layout and
    format control characters") and the Unicode Standard's chapters on the scripts.

    Example:
        >>> remove_zero_width("ha\\u200bbari")
        'habari'
        >>> "\\u200c" in remove_zero_width("می\\u200cروم")  # a Persian verb
        True
    """
    if not _ZERO_WIDTH_RUN.search(text):
        return text
    return _ZERO_WIDTH_RUN.sub(_first_orthographic, text)


def _first_orthographic(run: regex.Match) -> str:
    """Return the first character of a run that would be orthographic alone, or ""."""
    text, start, end = run.string, run.start(), run.end()
    before, after = text[max(0, start - 8) : start], text[end : end + 1]
    for character in dict.fromkeys(run.group()):
        if _ORTHOGRAPHIC.search(before + character + after, len(before)):
            return character
    return ""
