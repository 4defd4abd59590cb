"""Encodings of text by the names that the web has for them, as the WHATWG standard decodes them.

https://encoding.spec.whatwg.org/: ISO-8859-1 is windows-1252, ISO-8859-9 windows-1254, Shift_JIS
windows-31j, EUC-KR windows-949, and so on, since that is what is written under these names.
webencodings has the table.
"""

import codecs

from tfmling.core import extras, text_encoding

# The decoder that the standard names, where Python's of that name knows fewer characters
_LARGER = {"gbk": "gb18030", "euc_jp": "euc_jis_2004", "iso2022_jp": "iso2022_jp_ext"}
STRICT = "tfmling.c1_controls"
MARKED = "tfmling.c1_controls_or_surrogates"


def _c1_control(error: UnicodeError) -> tuple[str | bytes, int]:
    """Windows' single-byte encodings have control characters where Python's tables have nothing."""
    if isinstance(error, UnicodeDecodeError) and error.encoding == "charmap":
        byte = error.object[error.start]
        if 0x80 <= byte < 0xA0:
            return chr(byte), error.start + 1
    raise error


def _c1_control_or_surrogate(error: UnicodeError) -> tuple[str | bytes, int]:
    try:
        return _c1_control(error)
    except UnicodeError:
        return codecs.lookup_error("surrogateescape")(error)


codecs.register_error(STRICT, _c1_control)
codecs.register_error(MARKED, _c1_control_or_surrogate)


def codec_of(label: str) -> str | None:
    """Python's name of the encoding that a label means; None for one that the web does not know.

    Raises:
        MissingPackageError: the extra `web` is not installed.
    """
    found = extras.load("webencodings", "web").lookup(label.strip().strip("\"'"))
    if found is None or found.name == "replacement":  # encodings in which attacks hide
        return None
    return "cp1252" if found.name == "x-user-defined" else found.codec_info.name


def decode_as(data: bytes, codec: str) -> str:
    """Decodes strictly, as the standard does.

    Args:
        data: without a byte-order mark.
        codec: from `codec_of`.

    Raises:
        UnicodeError: bytes that are not in the encoding.
    """
    try:
        return data.decode(codec, STRICT)
    except UnicodeError:
        if codec not in _LARGER:
            raise
        return data.decode(_LARGER[codec], STRICT)


def decode_by_mark(data: bytes) -> str | None:
    """Text in the Unicode encoding that its byte-order mark names; None without one.

    A mark comes before whatever HTTP or the page says.
    """
    codec, mark = text_encoding.marked_encoding(data)
    return data[mark:].decode(codec, errors="replace") if mark else None
