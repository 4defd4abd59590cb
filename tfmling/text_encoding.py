"""The Unicode encoding of a text file, by its byte-order mark or by where its NUL bytes are."""

import codecs

# UTF-32 first: its little-endian mark begins with that of UTF-16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MIN_NUL_SHARE = 0.005  # UTF-16 has a NUL byte for each space, digit and line end


def marked_encoding(first: bytes) -> tuple[str, int]:
    """The encoding that a byte-order mark names, and the length of the mark.

    Args:
        first: the first bytes of a file, at least four where it has them.

    Returns:
        The encoding and the number of bytes to skip; `utf-8` and 0 without a mark.
    """
    found = ((name, len(mark)) for mark, name in _MARKS if first.startswith(mark))
    return next(found, ("utf-8", 0))


def unmarked_encoding(first: bytes) -> str | None:
    """What bytes without a byte-order mark are if not UTF-8, judged by their NUL bytes.

    Args:
        first: the first bytes of a file; the more the better.

    Returns:
        `utf-16-le`, `utf-16-be`, `utf-32-le` or `utf-32-be`; `binary` for NUL bytes elsewhere; None
        for text, with few NUL bytes or none.
    """
    count = first.count(0)
    if not count or (count < len(first) * _MIN_NUL_SHARE and _is_utf8(first)):
        return None
    zeros = [first[position::4].count(0) for position in range(4)]
    if zeros[2] + zeros[3] > 0.9 * len(first) / 2 and zeros[3] >= zeros[0]:
        return "utf-32-le"
    if zeros[0] + zeros[1] > 0.9 * len(first) / 2:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if max(even, odd) < 0.9 * count:
        return "binary"
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True
