"""Lines of a text file, gzip by its extension, in memory that does not grow with file or line.

What cannot be read is one numbered line with a problem, so that the lines around it are kept and
two aligned files stay aligned.
"""

import dataclasses
import gzip
import zlib
from collections.abc import Iterator
from typing import IO

from tfmling import files
from tfmling.corpora.rejected import Rejected, excerpt

_SKIP_BYTES = 1 << 16  # how much of an overlong line is held while it is skipped
_GZIP_ERRORS = {
    EOFError: "truncated_gzip",
    gzip.BadGzipFile: "corrupt_gzip",
    zlib.error: "corrupt_gzip",
}


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
    `not_utf8`, `line_too_long` (the line is skipped), `truncated_gzip` and `corrupt_gzip` (the last
    line that is yielded; what was before it is whole).
    """
    number = 0
    with _open(path) as file:
        try:
            for number, raw in enumerate(_bounded_lines(file, max_line_bytes), start=1):
                yield _decode(number, raw, max_line_bytes)
        except tuple(_GZIP_ERRORS) as error:
            yield Line(number + 1, f"{error}", _GZIP_ERRORS[type(error)])


def _open(path: str) -> IO[bytes]:
    file = files.open_binary(path)
    if not path.endswith(".gz"):
        return file
    # not wrapped in another buffer, which would lose what it had gathered when the file breaks off
    return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]


def _bounded_lines(file: IO[bytes], max_line_bytes: int) -> Iterator[bytes]:
    """Lines with their ends; of a longer line the first max_line_bytes + 2 bytes, without one."""
    limit = max_line_bytes + 2  # the line's end may take two
    while raw := file.readline(limit):
        yield raw
        if len(raw) == limit and not raw.endswith(b"\n"):
            _skip_rest(file)


def _skip_rest(file: IO[bytes]) -> None:
    while (rest := file.readline(_SKIP_BYTES)) and not rest.endswith(b"\n"):
        pass


def _decode(number: int, raw: bytes, max_line_bytes: int) -> Line:
    raw = raw.removesuffix(b"\n").removesuffix(b"\r")
    if len(raw) > max_line_bytes:
        return Line(number, _shown(raw), "line_too_long")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Line(number, _shown(raw), "not_utf8")
    return Line(number, text.removeprefix("\ufeff") if number == 1 else text)


def _shown(raw: bytes) -> str:
    return excerpt(raw[:1000].decode(errors="backslashreplace"))
