"""One spelling for what looks the same: Unicode form, invisible characters, white space.

Printable text, which most is, takes the fast way: Python knows at once that it has no control or
format characters.
"""

import unicodedata
from typing import Literal

import regex

from tfmling.text.zero_width import remove_zero_width

UnicodeForm = Literal["NFC", "NFKC"]

# Control characters but white space, soft hyphen, direction marks, byte-order mark, annotation
# marks: they show nothing and spell nothing in any script.
_INVISIBLE = regex.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200e\u200f\u202a-\u202e"
    "\u2061-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]+"
)
# White space; but a narrow no-break space joins a Mongolian word and its suffix.
_SPACES = regex.compile(r"(?:(?!(?<=\p{Mong})\u202f(?=\p{Mong}))\s)+")
_NARROW_SPACE = "\u202f"


def normalize(text: str, form: UnicodeForm = "NFC") -> str:
    """Normalizes a text; applying it twice changes nothing more.

    Args:
        text: any text.
        form: the Unicode normalization form. NFKC also folds ligatures and full-width letters, and
            the spaces within Mongolian words.

    Returns:
        The text in that form without invisible characters that are not orthographic, every run of
        white space (line ends too) one space, none at the ends.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = unicodedata.normalize(form, text)
    if not text.isprintable():
        visible = remove_zero_width(_INVISIBLE.sub("", text))
        text = unicodedata.normalize(form, visible)  # what was kept apart may now compose
    if _NARROW_SPACE in text:
        return _SPACES.sub(" ", text).strip()
    return " ".join(text.split())
