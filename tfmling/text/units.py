"""Text to the units that n-grams are made of: words, or characters where words have no spaces."""

import unicodedata

import regex

# Scripts that put no spaces between words: each letter with its marks is a unit.
_SCRIPTS = "Hani Hira Kana Bopo Thai Laoo Khmr Mymr Tibt Lana Talu Java Bali"
_SPACELESS = "".join(rf"\p{{Script={script}}}" for script in _SCRIPTS.split())
_UNIT = regex.compile(
    rf"(?<letter>[{_SPACELESS}]\p{{M}}*)|(?:(?![{_SPACELESS}])[\p{{L}}\p{{M}}\p{{N}}])+"
)


def split_units(text: str) -> list[str]:
    """Words between spaces and punctuation, or letters in scripts without spaces.

    Case is folded and compatible characters are one (ﬁ is fi), as in loose fingerprints.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [match.group() for match in _UNIT.finditer(folded)]


def is_spaceless(text: str) -> bool:
    """Whether most units of a text are letters of scripts without spaces."""
    units = list(_UNIT.finditer(unicodedata.normalize("NFKC", text)))
    return 2 * sum(match["letter"] is not None for match in units) > len(units)
