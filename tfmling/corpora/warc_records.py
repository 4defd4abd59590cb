"""Read the records of web archives (WARC, ISO 28500), and the offsets of broken ones.

FastWARC alone ends at the first broken record; here it is restarted at the next start of a record,
so that a broken record costs only itself. A record's block is read completely before anything in it
is decoded: FastWARC, decoding from the file, would lose the following records with a broken body.
"""

import base64
import contextlib
import dataclasses
import hashlib
import math
import re
import tempfile
from collections.abc import Generator, Iterator
from typing import IO, Any

from tfmling.core import extras, files
from tfmling.corpora.compressed import compression, read_blocks
from tfmling.corpora.documents import Unit
from tfmling.corpora.limits import MAX_TEMPORARY_BYTES, UnreadableError

_RECORD_START = re.compile(rb"(?<=\n)WARC/1\.[01]\r?\n|\x1f\x8b\x08|\x28\xb5\x2f\xfd")
_INNER_RECORD = re.compile(rb"\nWARC/1\.[01]\r?\n(?:WARC-|Content-)")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_RECORD_END = re.compile(rb"\r?\n\r?\n|\s*\Z")
_WINDOW_BYTES = 1 << 20
_OVERLAP_BYTES = 16
_MAX_HEADER_BYTES = 1 << 15
_ARC = b"filedesc:"

# Problems of data that may be no record, or not the record of its header
UNREADABLE = frozenset({
    "broken_record", "wrong_length", "truncated_record", "arc_file", "archive_too_long",
    *(f"{how}_{what}" for how in ("truncated", "corrupt") for what in ("bzip2", "xz")),
})  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class WarcRecord(Unit):
    """A record with its block, or a `problem`.

    Attributes:
        number: the offset of the record in the file, or of its compressed member, as in the index
            of an archive.
        kind: `response`, `conversion`, `warcinfo`, ...; "" if unknown.
        uri: WARC-Target-URI, if the record has one.
        headers: the WARC headers; their names are in lower case.
        block: the content after the headers.
        problem: `broken_record`, `wrong_length`, `bad_digest`, `truncated_record`,
            `record_too_long`, `arc_file`, or how the compressed file is broken.

    Example:
        >>> WarcRecord(0, kind="response", uri="https://example.org/").shown
        'response https://example.org/'
    """

    number: int
    kind: str = ""
    uri: str | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    block: bytes = b""
    problem: str | None = None

    @property
    def shown(self) -> str:
        """Its kind and address, or the beginning of its block."""
        name = f"{self.kind} {self.uri or ''}".strip()
        return name or self.block[:1000].decode(errors="backslashreplace")


def digest_matches(declared: str, block: bytes) -> bool | None:
    """Whether a block has the digest that its header declares; None for an unknown digest.

    Example:
        >>> digest_matches("md5:900150983cd24fb0d6963f7d28e17f72", b"abc")
        True
    """
    algorithm, _, value = declared.partition(":")
    name = algorithm.strip().lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return None
    digest = hashlib.new(name, block, usedforsecurity=False).digest()
    value = value.strip()
    if len(value) == 2 * len(digest):
        return value.lower() == digest.hex()
    if len(value) == 4 * math.ceil(len(digest) / 3):
        return value == base64.b64encode(digest).decode()
    return value.upper().rstrip("=") == base64.b32encode(digest).decode().rstrip("=")


def read_records(path: str, max_bytes: int) -> Iterator[WarcRecord]:
    """Yield the records of a file and, for each broken part of it, one with a problem.

    Args:
        path: a WARC file, plain or compressed, by record (as gzip and Zstandard usually are) or as
            a whole.
        max_bytes: a longer record has a problem.

    Example:
        >>> head = b"WARC/1.0\\r\\nWARC-Type: conversion\\r\\nContent-Length: 6\\r\\n\\r\\n"
        >>> _ = open("a.wet", "wb").write(head + b"Habari\\r\\n\\r\\n")
        >>> [(record.kind, record.block) for record in read_records("a.wet", max_bytes=1000)]
        [('conversion', b'Habari')]
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
    except UnreadableError:
        return b""


@contextlib.contextmanager
def _decompressed(path: str) -> Iterator[tuple[IO[bytes], list[WarcRecord]]]:
    """Decompress into a temporary file an archive that is compressed as a whole."""
    problem: list[WarcRecord] = []
    with tempfile.TemporaryFile() as file:
        try:
            for block in read_blocks(path):
                if file.tell() > MAX_TEMPORARY_BYTES:
                    raise UnreadableError("archive_too_long", "more than 64 GB once decompressed")
                file.write(block)
        except UnreadableError as error:
            problem.append(WarcRecord(file.tell(), block=str(error).encode(), problem=error.reason))
        yield file, problem


class _Archive:
    """Iterates over the records of an open file, and tracks the position."""

    def __init__(self, file: IO[bytes], max_bytes: int):
        self._file = file
        self._max_bytes = max_bytes
        self._fastwarc = extras.load("fastwarc.warc", "web")
        self._start = 0  # offset of the last record, as reported by FastWARC
        self._plain = False  # whether the record there is not compressed
        self._unread_from = 0  # offset before which no unread record begins
        self._offset = -1  # of the last record that was yielded

    def records(self) -> Iterator[WarcRecord]:
        """Yield all readable records, restarting after each broken part."""
        first = self._read_at(0, _MAX_HEADER_BYTES)
        # an archive with plain line feeds, which FastWARC takes for endless headers by default
        line, found, _ = first.partition(b"\n")
        lenient = bool(found) and line.startswith(b"WARC/") and not line.endswith(b"\r")
        start: int | None = 0
        while start is not None:
            self._start, self._unread_from = start, start + 1
            self._plain = self._read_at(start, 5) == b"WARC/"
            reason = yield from self._records_from(start, lenient)
            start = self._next_readable(lenient)
            broken = reason or start is not None or self._is_something_left()
            if broken and reason != "wrong_length":
                yield self._broken(reason or "no record begins here")

    def _records_from(self, start: int, lenient: bool) -> Generator[WarcRecord, None, str]:
        """Yield records up to one of the wrong length; return why reading ended, "" at the end."""
        try:
            for raw in self._iterate(start, lenient):
                self._start, self._unread_from = raw.stream_pos, raw.stream_pos + 1
                record = self._record(raw)
                yield record
                if record.problem == "wrong_length":
                    self._unread_from = self._start + 1
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
        # all records of a file that is compressed as a whole have one offset: count on from it
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
        """Whether blank lines follow a record of this length; sets where the record ends.

        The end of a compressed record is not known; it is taken to be a byte after its start.
        """
        if not self._plain or length > self._max_bytes:
            return True
        found = _HEADER_END.search(self._read_at(self._start, _MAX_HEADER_BYTES))
        if not found:
            return True
        self._unread_from = self._start + found.end() + length
        return bool(_RECORD_END.match(self._read_at(self._unread_from, 4)))

    def _broken(self, message: str) -> WarcRecord:
        """Return the broken part after the last record."""
        at = self._unread_from if self._start or self._offset >= 0 else 0
        if at <= self._start + 1 and self._offset >= 0:
            at = next(self._candidates(at), at)  # a compressed record
        blank = self._read_at(at, 4)
        at += len(blank) - len(blank.lstrip(b"\r\n"))
        self._offset = max(at, self._offset + 1)
        return WarcRecord(self._offset, block=message.encode(), problem="broken_record")

    def _is_something_left(self) -> bool:
        if self._offset < 0:
            return True  # no record at all
        return self._plain and bool(
            self._read_at(self._unread_from, _WINDOW_BYTES).strip(b"\r\n\0 ")
        )

    def _next_readable(self, lenient: bool) -> int | None:
        for candidate in self._candidates(self._unread_from):
            with contextlib.suppress(OSError, StopIteration):
                if len(next(self._iterate(candidate, lenient)).headers):
                    return candidate
        return None

    def _candidates(self, position: int) -> Iterator[int]:
        """Yield the offsets, from a position on, at which records or members may begin."""
        at = max(position - 1, 0)  # include the line feed before a record
        while window := self._read_at(at, _WINDOW_BYTES):
            for found in _RECORD_START.finditer(window):
                if at + found.start() >= position:
                    position = at + found.end()
                    yield at + found.start()
            if len(window) <= _OVERLAP_BYTES:
                return
            at += len(window) - _OVERLAP_BYTES

    def _read_at(self, position: int, length: int) -> bytes:
        back = self._file.tell()  # FastWARC continues from there
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
    """Return a WARC-Target-URI without the angle brackets that Wget adds."""
    return uri.strip().removeprefix("<").removesuffix(">") or None if uri else None
