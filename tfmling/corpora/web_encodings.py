"""Decode text in the encodings of the web, as in the WHATWG standard.

https://encoding.spec.whatwg.org/: ISO-8859-1 is windows-1252, ISO-8859-9 windows-1254, Shift_JIS
windows-31j, EUC-KR windows-949, and so on, because that is how these names are used. webencodings
has the table.
"""

import codecs

from tfmling.core import extras, text_encoding

# The decoders of the standard where Python's of the same name know fewer characters
_LARGER = {"gbk": "gb18030", "euc_jp": "euc_jis_2004", "iso2022_jp": "iso2022_jp_ext"}
STRICT = "tfmling.c1_controls"
MARKED = "tfmling.c1_controls_or_surrogates"


def _c1_control(error: UnicodeError) -> tuple[str | bytes, int]:
    """Decode C1 control characters, which Python's tables of Windows' encodings lack."""
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
    """Return Python's name of a label's encoding, None for an unknown label.

    Example:
        >>> codec_of("latin1"), codec_of("no-such-encoding")
        ('cp1252', None)

    Raises:
        MissingPackageError: the extra `web` is not installed.
    """
    found = extras.load("webencodings", "web").lookup(label.strip().strip("\"'"))
    if found is None or found.name == "replacement":  # encodings that hide attacks
        return None
    return "cp1252" if found.name == "x-user-defined" else found.codec_info.name


def decode_as(data: bytes, codec: str) -> str:
    """Decode strictly, as in the standard.

    Args:
        data: without a byte-order mark.
        codec: from `codec_of`.

    Raises:
        UnicodeError: bytes that are invalid in the encoding.

    Example:
        >>> decode_as(b"Bem-vindo \\xe0 Angola", codec_of("latin1"))
        'Bem-vindo à Angola'
    """
    try:
        return data.decode(codec, STRICT)
    except UnicodeError:
        if codec not in _LARGER:
            raise
        return data.decode(_LARGER[codec], STRICT)


def decode_by_mark(data: bytes) -> str | None:
    """Decode text in the Unicode encoding of its byte-order mark; None without one.

    A mark overrides the HTTP header and the page.

    Example:
        >>> decode_by_mark("Habari".encode("utf-16")), decode_by_mark(b"Habari")
        ('Habari', None)
    """
    codec, mark = text_encoding.marked_encoding(data)
    return data[mark:].decode(codec, errors="replace") if mark else None
