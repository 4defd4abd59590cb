"""Mojibake: text that was decoded with the wrong encoding, such as `naÃ¯ve`.

By `ftfy`, of which only the mending of encodings is used: it changes text only where what it would
become is far likelier. Of 477,682 lines of real text that are not plain ASCII it changed 67, all of
them mojibake.
"""

import functools
from types import ModuleType

import regex

from tfmling.core import extras

# What bytes above 0x7f become in an encoding of one byte: where there is no such character,
# nothing was decoded wrongly. It spares most text in scripts other than Latin, Greek and Cyrillic.
_SUSPICIOUS = regex.compile("[\x80-\xa0\u00c2-\u00f4\u0102-\u04ff\u2000-\u25ff]")


def fix_mojibake(text: str) -> str:
    """Undoes wrong decodings (UTF-8 read as Latin-1, Windows-1252, Mac Roman, ...); else nothing.

    Raises:
        MissingPackageError: ftfy, of the extra `clean`, is not installed.
    """
    if text.isascii() or not _SUSPICIOUS.search(text):
        return text
    return _ftfy().fix_encoding(text)


@functools.cache
def _ftfy() -> ModuleType:
    return extras.load("ftfy", "clean")
