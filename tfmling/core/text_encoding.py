"""The Unicode encoding of text and of files, by their byte-order mark or NUL bytes."""

import codecs

# UTF-32 before UTF-16: its little-endian mark starts with that of UTF-16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WINDOW_BYTES = 1 << 16
_MIN_NUL_SHARE = 0.05  # in UTF-16 every space, digit and line end has a NUL byte
_MAX_CLEAN_SHARE = 0.2  # of UTF-8 lines without NUL bytes, in a file that is not UTF-8
_MOST = 0.9


def is_encodable(text: str) -> bool:
    """Whether UTF-8 can encode a text: it has no half of a surrogate pair, as JSON may escape.

    Example:
        >>> is_encodable("Habari"), is_encodable("\\ud83d")
        (True, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def marked_encoding(first: bytes) -> tuple[str, int]:
    """Return the encoding of a file by its byte-order mark.

    Args:
        first: the first bytes of the file, at least four if it has them.

    Returns:
        The encoding and the number of bytes to skip; `utf-8` and 0 without a mark.

    Example:
        >>> marked_encoding(b"\\xff\\xfea\\x00")
        ('utf-16-le', 2)
    """
    found = ((name, len(mark)) for mark, name in _MARKS if first.startswith(mark))
    return next(found, ("utf-8", 0))


def unmarked_encoding(first: bytes) -> str | None:
    """Guess the encoding of a file without a byte-order mark.

    Args:
        first: the first bytes of the file, the more the better.

    Returns:
        `utf-16` or `utf-32`; `binary` for NUL bytes in other positions; None for UTF-8 or another
        encoding without NUL bytes, even if a few lines are damaged.

    Example:
        >>> unmarked_encoding("habari\\n".encode("utf-16-le"))
        'utf-16'
    """
    first = first[:_WINDOW_BYTES]
    count = first.count(0)
    if not count:
        return None
    by_position = [first[position::4].count(0) for position in range(4)]
    halves = by_position[0] + by_position[1], by_position[2] + by_position[3]
    if max(halves) > _MOST * len(first) / 2:
        return "utf-32"
    parities = by_position[0] + by_position[2], by_position[1] + by_position[3]
    in_turn = max(parities) >= _MOST * count
    if in_turn and count >= _MIN_NUL_SHARE * len(first):
        return "utf-16"
    if _clean_share(first) > _MAX_CLEAN_SHARE:
        return None
    return "utf-16" if in_turn else "binary"


def _clean_share(data: bytes) -> float:
    lines = [line for line in data.split(b"\n") if line.strip(b"\0\r ")]
    return sum(map(_is_clean, lines)) / len(lines) if lines else 0.0


def _is_clean(line: bytes) -> bool:
    try:
        return "\0" not in line.decode()
    except UnicodeDecodeError:
        return False
