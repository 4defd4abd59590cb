"""One spelling for what looks the same: Unicode form, invisible characters, white space."""

import re
import unicodedata
from typing import Literal

UnicodeForm = Literal["NFC", "NFKC"]

# Control characters, soft hyphen, direction marks, word joiner, byte-order mark. The zero-width
# space, joiner and non-joiner stay: they carry meaning in Khmer, Persian and Indic scripts.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200e\u200f\u202a-\u202e"
    "\u2060\u2066-\u2069\ufeff]+"
)


def normalise(text: str, form: UnicodeForm = "NFC") -> str:
    """Normalises a text; applying it twice changes nothing more.

    Args:
        text: any text.
        form: the Unicode normalisation form. NFKC also folds ligatures and full-width letters.

    Returns:
        The text in that form without invisible characters, every run of white space (line ends
        too) one space, none at the ends.
    """
    return " ".join(unicodedata.normalize(form, _INVISIBLE.sub("", text)).split())
