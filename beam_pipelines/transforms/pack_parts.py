"""Shuffle few large blocks instead of many small values, through files in local runs.

The local runner keeps all shuffled data in memory, six bytes per byte of text. So in a local run a
block is written to a file in the output folder and its location is shuffled. On a cluster the
blocks themselves are shuffled.
"""

import contextlib
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from tfmling.core import files

_FOLDER = "shuffle"
_MAX_HELD = 1 << 16  # items of all keys that a worker gathers before packing them

# the bytes of a block, or their location: file, first byte, number of bytes
Stored = bytes | tuple[str, int, int]


class PackParts(beam.PTransform):
    """Packs several parts of a key into a block: (key, part) to (key, Stored).

    Args:
        pack: encodes the parts of a key.
        folder: the output folder.

    Example:
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     packed = pipeline | beam.Create([("sw", b"abc")]) | PackParts(b"".join, folder)
        ...     _ = packed | beam.Values() | beam.Map(load) | "Print" >> beam.Map(print)
        b'abc'
    """

    def __init__(self, pack: Callable[[Sequence[Any]], bytes], folder: str):
        super().__init__()
        self._pack = pack
        self._folder = folder

    def expand(self, parts: beam.PCollection) -> beam.PCollection:
        """Use files if the runner is in this process and the output folder is local."""
        local = isinstance(parts.pipeline.runner, FnApiRunner) and not files.is_remote(self._folder)
        folder = files.join(self._folder, _FOLDER) if local else None
        return parts | beam.ParDo(_Pack(self._pack, folder))


class _Pack(beam.DoFn):
    def __init__(self, pack: Callable[[Sequence[Any]], bytes], folder: str | None):
        self._pack = pack
        self._folder = folder

    def start_bundle(self) -> None:
        self._parts: dict[Any, list[Any]] = {}
        self._held = 0

    def process(self, element: tuple[Any, Any]) -> Iterator[tuple[Any, Stored]]:
        key, part = element
        self._parts.setdefault(key, []).append(part)
        self._held += len(part)
        if self._held >= _MAX_HELD:
            yield from self._flush()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for packed in self._flush():
            yield GlobalWindows.windowed_value(packed)

    def _flush(self) -> list[tuple[Any, Stored]]:
        packed = [(key, self._pack(parts)) for key, parts in self._parts.items()]
        self.start_bundle()
        return _write(packed, self._folder) if self._folder and packed else packed


def _write(packed: list[tuple[Any, bytes]], folder: str) -> list[tuple[Any, Stored]]:
    """Write all blocks to a new file; a retried bundle writes another one."""
    path = files.join(folder, f"{uuid.uuid4().hex}.blocks")
    stored: list[tuple[Any, Stored]] = []
    with files.open_binary(path, "wb") as file:
        for key, block in packed:
            stored.append((key, (path, file.tell(), len(block))))
            file.write(block)
    return stored


def load(stored: Stored) -> bytes:
    """Return the bytes of a block.

    Example:
        >>> with files.open_binary("a.blocks", "wb") as file:
        ...     count = file.write(b"abcdef")
        >>> load(b"abc"), load(("a.blocks", 2, 3))
        (b'abc', b'cde')
    """
    if isinstance(stored, bytes):
        return stored
    path, start, length = stored
    with files.open_binary(path) as file:
        file.seek(start)
        return file.read(length)


def remove_shuffled(folder: str) -> None:
    """Remove the files of blocks from an output folder.

    Example:
        >>> files.write_text("out/shuffle/a.blocks", "x"); files.write_text("out/a.txt", "y")
        >>> remove_shuffled("out")
        >>> files.find("out")
        ['out/a.txt']
    """
    if not files.is_remote(folder):
        with contextlib.suppress(FileNotFoundError):  # nothing was shuffled through files
            shutil.rmtree(files.join(folder, _FOLDER))
