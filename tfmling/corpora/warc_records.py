"""The records of web archives (WARC, ISO 28500), with those that are broken named by their place.

FastWARC reads the container. Of its own it ends at the first broken record; here it is started
again at the next place where a record begins, so that what is broken costs itself. A record's block
is read whole before anything in it is decoded: FastWARC, decoding straight from the file, would
take the following records along when a body is broken.
"""

import contextlib
import re
import tempfile
from collections.abc import Generator, Iterator
from typing import IO, Any

from tfmling.core import extras, files
from tfmling.corpora.compressed import BrokenFileError, compression, read_blocks
from tfmling.corpora.warc_record import WarcRecord, digest_matches

_RECORD_START = re.compile(rb"(?<=\n)WARC/1\.[01]\r?\n|\x1f\x8b\x08|\x28\xb5\x2f\xfd")
_INNER_RECORD = re.compile(rb"\nWARC/1\.[01]\r?\n(?:WARC-|Content-)")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_RECORD_END = re.compile(rb"\r?\n\r?\n|\s*\Z")
_WINDOW_BYTES = 1 << 20
_OVERLAP_BYTES = 16
_MAX_HEADER_BYTES = 1 << 15
_MAX_TEMPORARY_BYTES = 1 << 36  # so that a hostile archive cannot fill the disk
_ARC = b"filedesc:"


def read_records(path: str, max_bytes: int) -> Iterator[WarcRecord]:
    """Yields the records of a file and, for each broken stretch of it, one with a problem.

    Args:
        path: WARC, plain or compressed, by record (as gzip and Zstandard archives are) or whole.
        max_bytes: a longer record is a problem.
    """
    with files.open_binary(path) as file:
        if _first_bytes(path).startswith(_ARC):
            yield WarcRecord(0, problem="arc_file")
        elif compression(path, file.read(_WINDOW_BYTES)) in ("bzip2", "xz"):
            with _decompressed(path) as (unpacked, problem):
                yield from _Archive(unpacked, max_bytes).records()
            if problem:
                yield problem[0]
        else:
            yield from _Archive(file, max_bytes).records()


def _first_bytes(path: str) -> bytes:
    try:
        return next(read_blocks(path), b"")
    except BrokenFileError:
        return b""


@contextlib.contextmanager
def _decompressed(path: str) -> Iterator[tuple[IO[bytes], list[WarcRecord]]]:
    """The content in a temporary file, for archives that are compressed as no archive should be."""
    problem: list[WarcRecord] = []
    with tempfile.TemporaryFile() as file:
        try:
            for block in read_blocks(path):
                if file.tell() > _MAX_TEMPORARY_BYTES:
                    raise BrokenFileError("archive_too_long", "more than 64 GB once decompressed")
                file.write(block)
        except BrokenFileError as error:
            problem.append(WarcRecord(file.tell(), block=str(error).encode(), problem=error.reason))
        yield file, problem


class _Archive:
    """One open file, and how far it has been read."""

    def __init__(self, file: IO[bytes], max_bytes: int):
        self._file = file
        self._max_bytes = max_bytes
        self._fastwarc = extras.load("fastwarc.warc", "web")
        self._place = 0  # where FastWARC found the last record
        self._plain = False  # whether records lie there as they are, not compressed
        self._behind = 0  # no record that has not been seen begins before
        self._offset = -1  # of the last record as it was given

    def records(self) -> Iterator[WarcRecord]:
        """Yields what can be read from the beginning on; starts again behind what cannot."""
        first = self._read_at(0, _MAX_HEADER_BYTES)
        # an archive with mere line feeds, which FastWARC otherwise takes for headers without end
        line, found, _ = first.partition(b"\n")
        lenient = bool(found) and line.startswith(b"WARC/") and not line.endswith(b"\r")
        start: int | None = 0
        while start is not None:
            self._place, self._behind = start, start + 1
            self._plain = self._read_at(start, 5) == b"WARC/"
            reason = yield from self._records_from(start, lenient)
            start = self._next_readable(lenient)
            broken = reason or start is not None or self._is_something_left()
            if broken and reason != "wrong_length":
                yield self._broken(reason or "no record begins here")

    def _records_from(self, start: int, lenient: bool) -> Generator[WarcRecord, None, str]:
        """Yields records up to one that hides the next; returns why it ended, "" at the end."""
        try:
            for raw in self._iterate(start, lenient):
                self._place, self._behind = raw.stream_pos, raw.stream_pos + 1
                record = self._record(raw)
                yield record
                if record.problem == "wrong_length":
                    self._behind = self._place + 1
                    return record.problem
        except OSError as error:
            return str(error)
        return ""

    def _iterate(self, start: int, lenient: bool) -> Iterator[Any]:
        self._file.seek(start)
        return iter(
            self._fastwarc.ArchiveIterator(self._file, parse_http=False, quirks_mode=lenient)
        )

    def _record(self, raw: Any) -> WarcRecord:
        # in a file compressed as a whole all records have one place: then they are numbered on
        self._offset = max(raw.stream_pos, self._offset + 1)
        headers = {name.lower(): value for name, value in raw.headers.items()}
        block = _read(raw.reader, self._max_bytes + 1)
        return WarcRecord(
            self._offset,
            headers.get("warc-type", "").lower(),
            _address(headers.get("warc-target-uri")),
            headers,
            block,
            self._problem(headers, block),
        )

    def _problem(self, headers: dict[str, str], block: bytes) -> str | None:
        length = headers.get("content-length", "").strip()
        if not (length.isascii() and length.isdecimal()):
            return "wrong_length"
        matches = digest_matches(headers.get("warc-block-digest", ""), block)
        whole = len(block) == int(length)
        ends_well = self._ends_well(len(block))
        if not (whole and matches) and (not ends_well or _INNER_RECORD.search(block)):
            return "wrong_length"
        if len(block) > self._max_bytes:
            return "record_too_long"
        if not whole:
            return "truncated_record"
        return "bad_digest" if matches is False else None

    def _ends_well(self, length: int) -> bool:
        """Whether a record of this length is followed by blank lines; sets where it ends.

        Of a compressed record neither is known: the end is set to a byte behind its beginning.
        """
        if not self._plain or length > self._max_bytes:
            return True
        found = _HEADER_END.search(self._read_at(self._place, _MAX_HEADER_BYTES))
        if not found:
            return True
        self._behind = self._place + found.end() + length
        return bool(_RECORD_END.match(self._read_at(self._behind, 4)))

    def _broken(self, message: str) -> WarcRecord:
        """What begins behind the last record and is none."""
        at = self._behind if self._place or self._offset >= 0 else 0
        if at <= self._place + 1 and self._offset >= 0:
            at = next(self._candidates(at), at)  # the place of a compressed record
        blank = self._read_at(at, 4)
        at += len(blank) - len(blank.lstrip(b"\r\n"))
        self._offset = max(at, self._offset + 1)
        return WarcRecord(self._offset, block=message.encode(), problem="broken_record")

    def _is_something_left(self) -> bool:
        if self._offset < 0:
            return True  # no record at all
        return self._plain and bool(self._read_at(self._behind, _WINDOW_BYTES).strip(b"\r\n\0 "))

    def _next_readable(self, lenient: bool) -> int | None:
        for candidate in self._candidates(self._behind):
            with contextlib.suppress(OSError, StopIteration):
                if len(next(self._iterate(candidate, lenient)).headers):
                    return candidate
        return None

    def _candidates(self, position: int) -> Iterator[int]:
        """Where, from a position on, records or compressed members may begin."""
        at = max(position - 1, 0)  # the line feed before a record
        while window := self._read_at(at, _WINDOW_BYTES):
            for found in _RECORD_START.finditer(window):
                if at + found.start() >= position:
                    position = at + found.end()
                    yield at + found.start()
            if len(window) <= _OVERLAP_BYTES:
                return
            at += len(window) - _OVERLAP_BYTES

    def _read_at(self, position: int, length: int) -> bytes:
        back = self._file.tell()  # FastWARC reads on from where it was
        self._file.seek(position)
        data = self._file.read(length)
        self._file.seek(back)
        return data


def _read(reader: Any, length: int) -> bytes:
    parts = []
    while length > 0 and (part := reader.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _address(uri: str | None) -> str | None:
    """A WARC-Target-URI, which Wget puts in angle brackets."""
    return uri.strip().removeprefix("<").removesuffix(">") or None if uri else None
