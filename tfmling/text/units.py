"""Text to the units that n-grams are made of: words, or characters where words have no spaces."""

import re
import unicodedata

import regex

# Scripts that put no spaces between words: each letter with its marks is a unit.
_SCRIPTS = "Hani Hira Kana Bopo Thai Laoo Khmr Mymr Tibt Lana Talu Java Bali"
_SPACELESS = "".join(rf"\p{{Script={script}}}" for script in _SCRIPTS.split())
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_LETTER = regex.compile(rf"[{_SPACELESS}]\p{{M}}*")
_UNIT = regex.compile(rf"[{_SPACELESS}]\p{{M}}*|(?:(?![{_SPACELESS}])[\p{{L}}\p{{M}}\p{{N}}])+")
_ASCII_WORD = re.compile("[a-z0-9]+")


def split_units(text: str) -> list[str]:
    """Words between spaces and punctuation, or letters in scripts without spaces.

    Case is folded and compatible characters are one (ﬁ is fi), as in loose fingerprints.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return (_UNIT if _LETTER.search(folded) else _WORD).findall(folded)


def is_spaceless(text: str) -> bool:
    """Whether most units of a text are letters of scripts without spaces."""
    if text.isascii():
        return False
    letters = len(_LETTER.findall(unicodedata.normalize("NFKC", text)))
    return letters > 0 and 2 * letters > len(split_units(text))
