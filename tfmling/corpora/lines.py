"""Lines of a text file, compressed or not, in memory that does not grow with file or line.

Text is UTF-8, or UTF-16 or UTF-32 with a byte-order mark.

What cannot be read is one numbered line with a problem, so that the lines around it are kept and
two aligned files stay aligned.
"""

import codecs
import dataclasses
import itertools
from collections.abc import Iterable, Iterator

from tfmling.core import text_encoding
from tfmling.corpora.compressed import BrokenFileError, read_blocks
from tfmling.corpora.documents import Rejected, excerpt

_LINE_AND_MARK = b"\n" + codecs.BOM_UTF8
_RECODE = "seems to be UTF-{0} without a byte-order mark; recode it: iconv -f UTF-{0}LE -t UTF-8"
_UNREADABLE = {
    "utf-16": ("utf16_without_bom", _RECODE.format(16)),
    "utf-32": ("utf32_without_bom", _RECODE.format(32)),
    "binary": ("binary_file", "is no text: most of its lines have NUL bytes"),
}


@dataclasses.dataclass(slots=True)
class Line:
    """A line without its end; `text` is an excerpt where there is a `problem`.

    Not frozen, because a frozen one takes twice as long to make.
    """

    number: int
    text: str
    problem: str | None = None

    def rejected(self, path: str, language: str) -> Rejected:
        """The line as something that could not be read."""
        assert self.problem, "only a line with a problem is rejected here"
        return Rejected(f"{path}:{self.number}", language, self.problem, self.text)


def read_lines(path: str, max_line_bytes: int) -> Iterator[Line]:
    """Yields the lines of a file, counted from 1.

    Only `\\n` and `\\r\\n` end a line, as in `wc -l`, not the other Unicode line ends; in a file
    without line feeds, as old Macintoshes wrote them, `\\r` does. A byte-order mark that begins a
    line, where files were joined, is no text. Problems:
    `not_utf8`, `nul_byte`, `line_too_long` (the line is skipped), and as the last line that is
    yielded: `truncated_gzip`, `corrupt_gzip` and the like where a compressed file is broken (what
    was before it is whole), `utf16_without_bom`, `utf32_without_bom` or `binary_file` where nothing
    of a file can be read.

    Raises:
        CorpusError: the file is an archive or another binary format.
    """
    number = 0
    try:
        for number, raw in enumerate(bounded_lines(path, max_line_bytes), start=1):
            # no function call for lines without a problem, which most are
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
    except BrokenFileError as error:
        yield Line(number + 1, f"{error}", error.reason)


def bounded_lines(path: str, max_line_bytes: int) -> Iterator[bytes]:
    """Lines without their `\\n`; of a longer line the first max_line_bytes + 2 bytes."""
    limit = max_line_bytes + 2  # the line's end may take two
    begun = b""
    for block in text_blocks(path):
        if _LINE_AND_MARK in block:
            block = block.replace(_LINE_AND_MARK, b"\n")
        first, *others = block.split(b"\n")
        begun = (begun + first)[:limit] if len(begun) < limit else begun
        if others:
            yield begun.removeprefix(codecs.BOM_UTF8)
            yield from others[:-1]
            begun = others[-1]
    if begun:
        yield begun.removeprefix(codecs.BOM_UTF8)


def text_blocks(path: str) -> Iterator[bytes]:
    """The content of a file in UTF-8 without a byte-order mark, whose encoding a mark names.

    Raises:
        BrokenFileError: UTF-16 or UTF-32 without a mark, another binary file, or code units that
            are cut off.
    """
    blocks = _unmarked_blocks(path)
    first = next(blocks, b"")
    has_line_feeds = b"\n" in first or b"\r" not in first[:-1]
    yield first if has_line_feeds else first.replace(b"\r", b"\n")
    del first  # may be large
    yield from blocks if has_line_feeds else (block.replace(b"\r", b"\n") for block in blocks)


def _unmarked_blocks(path: str) -> Iterator[bytes]:
    blocks = read_blocks(path)
    first = next(blocks, b"")
    encoding, mark = text_encoding.marked_encoding(first)
    if encoding != "utf-8":
        yield from in_utf8(itertools.chain([first[mark:]], blocks), encoding)
        return
    if not mark and (found := text_encoding.unmarked_encoding(first)):
        raise BrokenFileError(*_UNREADABLE[found])
    yield first[mark:]
    del first  # may be large
    yield from blocks


def in_utf8(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 or UTF-32 in UTF-8; a lone surrogate becomes bytes that are not UTF-8.

    Raises:
        BrokenFileError: the content ends within a code unit, or has numbers that are no characters.
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    try:
        for block in blocks:
            yield decoder.decode(block).encode(errors="surrogatepass")
        yield decoder.decode(b"", True).encode(errors="surrogatepass")
    except UnicodeDecodeError as error:
        raise BrokenFileError(f"corrupt_{encoding[:6].replace('-', '')}", f"{error}") from None


def _unreadable(number: int, raw: bytes, max_line_bytes: int) -> Line:
    if len(raw) > max_line_bytes:
        return Line(number, _shown(raw), "line_too_long")
    return Line(number, _shown(raw), "nul_byte" if b"\0" in raw else "not_utf8")


def _shown(raw: bytes) -> str:
    return excerpt(raw[:1000].decode(errors="backslashreplace"))
