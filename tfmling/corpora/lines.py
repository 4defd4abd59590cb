"""Read the lines of text files, compressed or not, in memory that is independent of their size.

Text is UTF-8, or UTF-16 or UTF-32 with a byte-order mark.

A line that cannot be read has a number and a problem, so that two aligned files stay aligned.
"""

import codecs
import dataclasses
import itertools
from collections.abc import Iterable, Iterator

from tfmling.core import text_encoding
from tfmling.corpora.compressed import read_blocks
from tfmling.corpora.documents import Unit, excerpt
from tfmling.corpora.limits import UnreadableError

_LINE_END_AND_MARK = b"\n" + codecs.BOM_UTF8
_RECODE = "seems to be UTF-{0} without a byte-order mark; recode it: iconv -f UTF-{0}LE -t UTF-8"
_UNREADABLE = {
    "utf-16": ("utf16_without_bom", _RECODE.format(16)),
    "utf-32": ("utf32_without_bom", _RECODE.format(32)),
    "binary": ("binary_file", "is not text: most of its lines have NUL bytes"),
}


@dataclasses.dataclass(slots=True)  # not frozen, which would take twice as long to create
class Line(Unit):
    """A line without its end; if it has a `problem`, `text` is an excerpt.

    Example:
        >>> _ = open("a.txt", "w").write("Habari\\nNzuri\\n")
        >>> [(line.number, line.text) for line in read_lines("a.txt", max_line_bytes=1000)]
        [(1, 'Habari'), (2, 'Nzuri')]
    """

    number: int
    text: str
    problem: str | None = None

    @property
    def shown(self) -> str:
        """The beginning of the text."""
        return excerpt(self.text)


def read_lines(path: str, max_line_bytes: int) -> Iterator[Line]:
    """Yield the lines of a file, counted from 1.

    Lines end with `\\n` or `\\r\\n`, as in `wc -l`, not with other Unicode line ends; in a file
    without line feeds, as of old Macintoshes, with `\\r`. A byte-order mark at the start of a line,
    where files were concatenated, is removed.

    Problems of lines are `not_utf8`, `nul_byte` and `line_too_long`. Problems of files are those of
    the last line: `truncated_gzip`, `corrupt_gzip` and similar if a compressed file is broken, and
    `utf16_without_bom`, `utf32_without_bom` or `binary_file` if nothing can be read.

    Example:
        >>> _ = open("a.txt", "wb").write(b"Habari\\r\\nya\\xff leo\\n")
        >>> [(line.number, line.problem) for line in read_lines("a.txt", 1000)]
        [(1, None), (2, 'not_utf8')]

    Args:
        path: a text file, may be compressed.
        max_line_bytes: longer lines have a problem.

    Raises:
        CorpusError: the file is an archive or another binary format.
    """
    number = 0
    try:
        for number, raw in enumerate(bounded_lines(path, max_line_bytes), start=1):
            # no function call for readable lines, which most are
            raw = raw.removesuffix(b"\r")
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                yield _unreadable(number, raw, max_line_bytes)
            else:
                if len(raw) > max_line_bytes or "\0" in text:
                    yield _unreadable(number, raw, max_line_bytes)
                else:
                    yield Line(number, text)
    except UnreadableError as error:
        yield Line(number + 1, f"{error}", error.reason)


def bounded_lines(path: str, max_line_bytes: int) -> Iterator[bytes]:
    """Yield lines without their `\\n`; a line longer than max_line_bytes may be cut.

    Example:
        >>> _ = open("a.txt", "w").write("Habari\\nNzuri\\n")
        >>> list(bounded_lines("a.txt", max_line_bytes=1000))
        [b'Habari', b'Nzuri']
    """
    limit = max_line_bytes + 2  # a byte more than the limit, and `\\r`
    begun = b""
    for block in text_blocks(path):
        if _LINE_END_AND_MARK in block:
            block = block.replace(_LINE_END_AND_MARK, b"\n")
        first, *others = block.split(b"\n")
        begun = (begun + first)[:limit] if len(begun) < limit else begun
        if others:
            yield begun.removeprefix(codecs.BOM_UTF8)
            yield from others[:-1]
            begun = others[-1]
    if begun:
        yield begun.removeprefix(codecs.BOM_UTF8)


def text_blocks(path: str) -> Iterator[bytes]:
    """Yield the content of a file in UTF-8 without a byte-order mark, which names the encoding.

    Raises:
        UnreadableError: UTF-16 or UTF-32 without a mark, another binary file, or a code unit that
            is cut off.

    Example:
        >>> _ = open("a.txt", "wb").write("ሰላም".encode("utf-16"))
        >>> b"".join(text_blocks("a.txt")).decode()
        'ሰላም'
    """
    blocks = _unmarked_blocks(path)
    first = next(blocks, b"")
    has_line_feeds = b"\n" in first or b"\r" not in first[:-1]
    yield first if has_line_feeds else first.replace(b"\r", b"\n")
    del first  # free it, it may be large
    yield from blocks if has_line_feeds else (block.replace(b"\r", b"\n") for block in blocks)


def _unmarked_blocks(path: str) -> Iterator[bytes]:
    blocks = read_blocks(path)
    first = next(blocks, b"")
    encoding, mark = text_encoding.marked_encoding(first)
    if encoding != "utf-8":
        yield from in_utf8(itertools.chain([first[mark:]], blocks), encoding)
        return
    if not mark and (found := text_encoding.unmarked_encoding(first)):
        raise UnreadableError(*_UNREADABLE[found])
    yield first[mark:]
    del first  # free it, it may be large
    yield from blocks


def in_utf8(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Recode UTF-16 or UTF-32 as UTF-8; lone surrogates become bytes that are not UTF-8.

    Raises:
        UnreadableError: the content ends within a code unit or has invalid code points.

    Example:
        >>> letter = "ሀ".encode("utf-16-le")  # two bytes
        >>> b"".join(in_utf8([letter[:1], letter[1:]], "utf-16-le")).decode()
        'ሀ'
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    try:
        for block in blocks:
            yield decoder.decode(block).encode(errors="surrogatepass")
        yield decoder.decode(b"", True).encode(errors="surrogatepass")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"corrupt_{encoding[:6].replace('-', '')}", f"{error}") from None


def _unreadable(number: int, raw: bytes, max_line_bytes: int) -> Line:
    if len(raw) > max_line_bytes:
        return Line(number, _shown(raw), "line_too_long")
    return Line(number, _shown(raw), "nul_byte" if b"\0" in raw else "not_utf8")


def _shown(raw: bytes) -> str:
    return excerpt(raw[:1000].decode(errors="backslashreplace"))
