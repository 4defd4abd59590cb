"""Read files that may be compressed by gzip, bzip2, xz or Zstandard, local or remote.

The first bytes of a file decide; if they are no known magic number, its extension does, so that a
broken `a.gz` is reported as broken and not read as text. The members of a file (pigz, multistream
dumps) are joined.
"""

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import IO, Any

from tfmling.core import extras, files
from tfmling.corpora.limits import (
    HEADER_BYTES,
    MAX_XZ_BYTES,
    UnreadableError,
    refuse_containers,
)

_CHUNK_BYTES = 1 << 18
# Zstandard's decoder returns all of its output at once, in the worst case 128 KB for 4 bytes.
_ZSTD_CHUNK_BYTES = 1 << 9

_MAGIC = {
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "bzip2": re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),  # or a skippable frame
}
_EXTENSIONS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
_MAGIC_BYTES = 10
_MIN_FIRST_BYTES = 1 << 12


def read_blocks(path: str) -> Iterator[bytes]:
    """Yield the decompressed content of a file in nonempty blocks, mostly of some 100 KB.

    The first block has at least 4 KB, if the file has, so that its encoding can be detected.

    Raises:
        UnreadableError: the file is truncated or corrupt; everything before was yielded.
        CorpusError: the file, or its content, is an archive or another binary format.
        MissingPackageError: a Zstandard file without the extra `web`.

    Example:
        >>> _ = open("a.txt.gz", "wb").write(gzip.compress(b"Habari"))
        >>> list(read_blocks("a.txt.gz"))
        [b'Habari']
    """
    with files.open_binary(path) as file:
        first = file.read(HEADER_BYTES)
        refuse_containers(path, first, compressed=False)
        kind = compression(path, first[:_MAGIC_BYTES])
        file.seek(0)
        for number, block in enumerate(_join_first(_decompress(file, kind))):
            if not number:
                refuse_containers(path, block[:HEADER_BYTES], compressed=kind is not None)
            yield block


def _join_first(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same content, with the first blocks joined to at least 4 KB."""
    joined = b""
    try:
        for block in blocks:
            joined += block
            if len(joined) >= _MIN_FIRST_BYTES:
                break
    except UnreadableError:
        if joined:
            yield joined
        raise
    if joined:
        yield joined
        block = joined = b""  # free them: Zstandard's first block may have 16 MB
    yield from blocks


def compression(path: str, first: bytes) -> str | None:
    """Return how a file is compressed: `gzip`, `bzip2`, `xz`, `zstd` or None.

    Example:
        >>> compression("a.txt.bz2", b""), compression("a.txt", b"Habari")
        ('bzip2', None)

    Args:
        path: its name.
        first: its first ten bytes.
    """
    for kind, magic in _MAGIC.items():
        if magic.match(first):
            return kind
    return next((kind for end, kind in _EXTENSIONS.items() if path.endswith(end)), None)


def _decompress(file: IO[bytes], kind: str | None) -> Iterator[bytes]:
    if kind is None:
        return iter(lambda: file.read(_CHUNK_BYTES), b"")
    return _read_gzip(file) if kind == "gzip" else _read_members(file, kind)


def _read_gzip(file: IO[bytes]) -> Iterator[bytes]:
    """Read with isal, which is three times as fast; read the rest of a broken file with gzip.

    isal loses the data before a break that are in the same block.
    """
    done = 0
    try:
        for block in _read_gzip_with(_fast_gzip_reader(), file):
            done += len(block)
            yield block
    except Exception:  # any exception: gzip raises it again
        file.seek(0)
        try:
            for block in _read_gzip_with(gzip.GzipFile, file):
                if rest := block[done:]:
                    yield rest
                done = max(0, done - len(block))
        except EOFError as error:
            raise UnreadableError("truncated_gzip", str(error)) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableError("corrupt_gzip", str(error)) from None


def _fast_gzip_reader() -> Callable[..., Any]:
    try:
        from isal import igzip
    except ImportError:
        return gzip.GzipFile
    return igzip.IGzipFile


def _read_gzip_with(reader: Callable[..., Any], file: IO[bytes]) -> Iterator[bytes]:
    if not file.read(1):
        raise EOFError("an empty file")  # which both readers accept
    file.seek(0)
    opened = reader(fileobj=file)
    # read1 returns the data that are available; read would lose them when the file breaks off
    while block := opened.read1(_CHUNK_BYTES):
        yield block


def _read_members(file: IO[bytes], kind: str) -> Iterator[bytes]:
    size = _ZSTD_CHUNK_BYTES if kind == "zstd" else _CHUNK_BYTES
    data = file.read(size)
    while True:
        if not _MAGIC[kind].match(data[:_MAGIC_BYTES]):
            what = "truncated" if len(data) < _MAGIC_BYTES else "corrupt"
            raise UnreadableError(f"{what}_{kind}", f"not {kind}: {data[:10]!r}")
        data = yield from _read_member(file, data, kind, size)
        if len(data) < _MAGIC_BYTES:
            data += file.read(size)
        if not data.strip(b"\0"):  # xz may be padded with zeros
            return


def _read_member(
    file: IO[bytes], data: bytes, kind: str, size: int
) -> Generator[bytes, None, bytes]:
    """Yield the content of one member; return the data that follow it."""
    decompressor = _DECOMPRESSORS[kind]()
    while not decompressor.eof:
        if not data and decompressor.needs_input and not (data := file.read(size)):
            raise UnreadableError(f"truncated_{kind}", "ends before its end mark")
        try:
            block, data = decompressor.decompress(data, _CHUNK_BYTES), b""
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise UnreadableError(f"corrupt_{kind}", str(error)) from None
        if block:
            yield block
    return decompressor.unused_data


class _ZstdDecompressor:
    """Decompresses one Zstandard frame, with the interface of `bz2.BZ2Decompressor`."""

    needs_input = True

    def __init__(self) -> None:
        self._zstandard = extras.load("zstandard", "web")
        self._frame = self._zstandard.ZstdDecompressor().decompressobj()

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Decompress all of `data`; this decoder cannot limit its output."""
        try:
            return self._frame.decompress(data)
        except self._zstandard.ZstdError as error:
            raise OSError(str(error)) from None

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return self._frame.eof

    @property
    def unused_data(self) -> bytes:
        """Input after its end."""
        return self._frame.unused_data


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_XZ_BYTES),
    "zstd": _ZstdDecompressor,
}
