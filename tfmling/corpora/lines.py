"""Lines of a text file, compressed or not, in memory that does not grow with file or line.

What cannot be read is one numbered line with a problem, so that the lines around it are kept and
two aligned files stay aligned.
"""

import dataclasses
from collections.abc import Iterator

from tfmling.corpora.compressed import BrokenFileError, read_blocks
from tfmling.corpora.rejected import Rejected, excerpt


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; `text` is an excerpt where there is a `problem`."""

    number: int
    text: str
    problem: str | None = None

    def rejected(self, path: str, language: str) -> Rejected:
        """The line as something that could not be read."""
        assert self.problem, "only a line with a problem is rejected here"
        return Rejected(f"{path}:{self.number}", language, self.problem, self.text)


def read_lines(path: str, max_line_bytes: int) -> Iterator[Line]:
    """Yields the lines of a UTF-8 file, counted from 1.

    Only `\\n` and `\\r\\n` end a line, as in `wc -l`, not the other Unicode line ends. Problems:
    `not_utf8`, `line_too_long` (the line is skipped), and where a compressed file is broken
    `truncated_gzip`, `corrupt_gzip` and the like (the last line that is yielded; what was before it
    is whole).
    """
    number = 0
    try:
        for number, raw in enumerate(bounded_lines(path, max_line_bytes), start=1):
            yield _decode(number, raw, max_line_bytes)
    except BrokenFileError as error:
        yield Line(number + 1, f"{error}", error.reason)


def bounded_lines(path: str, max_line_bytes: int) -> Iterator[bytes]:
    """Lines without their `\\n`; of a longer line the first max_line_bytes + 2 bytes."""
    limit = max_line_bytes + 2  # the line's end may take two
    begun = b""
    for block in read_blocks(path):
        first, *others = block.split(b"\n")
        begun = (begun + first)[:limit] if len(begun) < limit else begun
        if others:
            yield begun
            yield from others[:-1]
            begun = others[-1]
    if begun:
        yield begun


def _decode(number: int, raw: bytes, max_line_bytes: int) -> Line:
    raw = raw.removesuffix(b"\r")
    if len(raw) > max_line_bytes:
        return Line(number, _shown(raw), "line_too_long")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Line(number, _shown(raw), "not_utf8")
    return Line(number, text.removeprefix("\ufeff") if number == 1 else text)


def _shown(raw: bytes) -> str:
    return excerpt(raw[:1000].decode(errors="backslashreplace"))
