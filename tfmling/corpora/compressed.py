"""Files of bytes, whatever compresses them: gzip, bzip2, xz or Zstandard, local and remote.

All readers of text come through this door. What a file is decided by its first bytes; where these
say nothing, by its name, so that a broken `a.gz` is called broken and not read as text. Files of
several members (pigz, multistream dumps) are one content.
"""

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import IO, Any

from tfmling.core import extras, files
from tfmling.core.errors import InputError
from tfmling.corpora.containers import BEGINNING_BYTES, refuse_containers

_CHUNK_BYTES = 1 << 18  # read, and given, at a time
# Of Zstandard less is read: its decoder gives all that it has, at worst 128 KB for 4 bytes.
_ZSTD_CHUNK_BYTES = 1 << 9

_MAGIC = {
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "bzip2": re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    # a frame, or one of those that decoders skip
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
}
_EXTENSIONS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
_MAGIC_BYTES = 10
_BEGINNING_BYTES = 1 << 12  # of content, at least, in the first block
_MAX_XZ_BYTES = 1 << 28  # of memory; `xz -9` needs 65 MB


class BrokenFileError(InputError, ValueError):
    """A file that ends too early or is damaged.

    Attributes:
        reason: under which it is counted, such as `truncated_gzip` or `corrupt_xz`.
    """

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason = reason


def read_blocks(path: str) -> Iterator[bytes]:
    """Yields the content of a file in blocks of no more than some 100 KB, none of them empty.

    The first block has at least 4 KB, if the file has them, so that its content can be known by it.

    Raises:
        BrokenFileError: the compressed file is truncated or corrupt; everything before has been
            yielded.
        CorpusError: the file, or its content, is an archive or another binary format.
        MissingPackageError: a Zstandard file without the extra `web`.
    """
    with files.open_binary(path) as file:
        first = file.read(BEGINNING_BYTES)
        refuse_containers(path, first, compressed=False)
        kind = compression(path, first[:_MAGIC_BYTES])
        file.seek(0)
        blocks = _with_whole_beginning(_blocks(file, kind))
        for number, block in enumerate(blocks):
            if not number:
                refuse_containers(path, block[:BEGINNING_BYTES], compressed=kind is not None)
            yield block


def _blocks(file: IO[bytes], kind: str | None) -> Iterator[bytes]:
    if kind == "gzip":
        return _read_gzip(file)
    if kind:
        return _read_members(file, kind)
    return iter(lambda: file.read(_CHUNK_BYTES), b"")


def _with_whole_beginning(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks, the first ones joined until they are long enough."""
    begun = b""
    try:
        for block in blocks:
            begun += block
            if len(begun) >= _BEGINNING_BYTES:
                break
    except BrokenFileError:
        if begun:
            yield begun
        raise
    if begun:
        yield begun
        block = begun = b""  # may be large: Zstandard gives 16 MB for its first 512 bytes
    yield from blocks


def compression(path: str, first: bytes) -> str | None:
    """What compresses a file: `gzip`, `bzip2`, `xz`, `zstd` or None.

    Args:
        path: its name, of which the extension counts.
        first: its first ten bytes.
    """
    for kind, magic in _MAGIC.items():
        if magic.match(first):
            return kind
    return next((kind for end, kind in _EXTENSIONS.items() if path.endswith(end)), None)


def _read_gzip(file: IO[bytes]) -> Iterator[bytes]:
    """The fast reader as far as it goes; the standard one for the rest of a broken file.

    Three times as fast as zlib, isal forgets what it has in hand when a file breaks off.
    """
    given = 0
    try:
        for block in _read_gzip_by(_gzip_reader(), file):
            given += len(block)
            yield block
    except Exception:  # whatever it is, the standard reader says it again
        file.seek(0)
        yield from _behind(_read_gzip_as_far_as_it_goes(file), given)


def _gzip_reader() -> Callable[..., Any]:
    try:
        from isal import igzip
    except ImportError:
        return gzip.GzipFile
    return igzip.IGzipFile


def _read_gzip_by(reader: Callable[..., Any], file: IO[bytes]) -> Iterator[bytes]:
    if not file.read(1):
        raise EOFError("an empty file")  # no gzip at all, which both readers take for whole
    file.seek(0)
    opened = reader(fileobj=file)
    # read1 returns what there is: read would forget what it had gathered when the file breaks off
    while block := opened.read1(_CHUNK_BYTES):
        yield block


def _read_gzip_as_far_as_it_goes(file: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from _read_gzip_by(gzip.GzipFile, file)
    except EOFError as error:
        raise BrokenFileError("truncated_gzip", str(error)) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BrokenFileError("corrupt_gzip", str(error)) from None


def _behind(blocks: Iterator[bytes], skipped: int) -> Iterator[bytes]:
    """What comes after the first `skipped` bytes."""
    for block in blocks:
        if rest := block[skipped:]:
            yield rest
        skipped = max(0, skipped - len(block))


def _read_members(file: IO[bytes], kind: str) -> Iterator[bytes]:
    size = _ZSTD_CHUNK_BYTES if kind == "zstd" else _CHUNK_BYTES
    data = file.read(size)
    while True:
        if not _MAGIC[kind].match(data[:_MAGIC_BYTES]):
            what = "truncated" if len(data) < _MAGIC_BYTES else "corrupt"
            raise BrokenFileError(f"{what}_{kind}", f"no beginning of {kind}: {data[:10]!r}")
        data = yield from _read_member(file, data, kind, size)
        if len(data) < _MAGIC_BYTES:
            data += file.read(size)
        if not data.strip(b"\0"):  # xz may be padded with zeros
            return


def _read_member(
    file: IO[bytes], data: bytes, kind: str, size: int
) -> Generator[bytes, None, bytes]:
    """Yields the content of one member; returns what was read behind it."""
    decompressor = _DECOMPRESSORS[kind]()
    while not decompressor.eof:
        if not data and decompressor.needs_input and not (data := file.read(size)):
            raise BrokenFileError(f"truncated_{kind}", "ends before its end mark")
        try:
            block, data = decompressor.decompress(data, _CHUNK_BYTES), b""
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise BrokenFileError(f"corrupt_{kind}", str(error)) from None
        if block:
            yield block
    return decompressor.unused_data


class _ZstdDecompressor:
    """One frame of Zstandard, with the methods of `bz2.BZ2Decompressor`."""

    needs_input = True

    def __init__(self) -> None:
        self._zstandard = extras.load("zstandard", "web")
        self._frame = self._zstandard.ZstdDecompressor().decompressobj()

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """All of what the data give: `max_length` is not known to this decoder."""
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
        """What came behind its end."""
        return self._frame.unused_data


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_XZ_BYTES),
    "zstd": _ZstdDecompressor,
}
