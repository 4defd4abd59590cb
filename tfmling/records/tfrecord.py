"""Read and write TFRecord files without TensorFlow: length, checksum, record, checksum.

Source: tensorflow/core/lib/io/record_writer.h. Both checksums are masked CRC-32C.
"""

import hashlib
import itertools
import struct
from collections.abc import Iterable, Iterator
from typing import IO

import google_crc32c

from tfmling.core import files, manifest
from tfmling.core.errors import InputError

_HEADER = struct.Struct("<QI")  # length of the record, checksum of these 8 bytes
_FOOTER = struct.Struct("<I")  # checksum of the record


class CorruptRecordError(InputError, ValueError):
    """A TFRecord file is truncated or a checksum is wrong.

    Example:
        >>> files.write_bytes("a.tfrecord", frame(b"one")[:-1])
        >>> list(read("a.tfrecord"))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.records.tfrecord.CorruptRecordError: a.tfrecord: record 0 at byte 0 is cut off ...
    """


def frame(record: bytes) -> bytes:
    """Return the bytes of a record in a TFRecord file.

    Example:
        >>> len(frame(b"one"))  # 8 for the length, 4 for its checksum, 3 + 4 for the record's
        19
    """
    length = struct.pack("<Q", len(record))
    return b"".join(
        (length, _FOOTER.pack(_masked_crc(length)), record, _FOOTER.pack(_masked_crc(record)))
    )


def write(path: str, records: Iterable[bytes]) -> int:
    """Write a TFRecord file completely or not at all, and its entry for the manifest.

    Example:
        >>> write("a.tfrecord", [b"one", b"two"]), list(read("a.tfrecord"))
        (2, [b'one', b'two'])

    Returns:
        The number of records.
    """
    size, count, digest = 0, 0, hashlib.sha256()
    unfinished = files.temporary_name(path)
    with files.open_binary(unfinished, "wb") as file:
        for record in records:
            framed = frame(record)
            file.write(framed)
            digest.update(framed)
            size += len(framed)
            count += 1
    files.rename(unfinished, path)
    entry = manifest.FileEntry(bytes=size, sha256=digest.hexdigest(), records=count)
    manifest.note_entry(path, entry)
    return count


def read(path: str) -> Iterator[bytes]:
    """Yield the records of a TFRecord file.

    Raises:
        CorruptRecordError: a record is corrupt; the message has the file, the record and the byte.
            Or the number of records differs from the manifest.

    Example:
        >>> files.write_bytes("a.tfrecord", frame(b"one") + frame(b"two"))
        >>> list(read("a.tfrecord"))
        [b'one', b'two']
    """
    expected = manifest.entry_of(path)
    with files.open_binary(path) as file:
        index, position = 0, 0
        while header := file.read(_HEADER.size):
            record = _read_record(file, header)
            if record is None:
                raise CorruptRecordError(
                    f"{path}: record {index} at byte {position} is cut off or its checksum is "
                    "wrong; write this file again"
                )
            yield record
            index += 1
            position += _HEADER.size + len(record) + _FOOTER.size
    if expected is not None and expected.records not in (None, index):
        raise CorruptRecordError(
            f"{path}: expected {expected.records} records, as its manifest says, found {index}; "
            "write this file again"
        )


def estimate_count(path: str, sample: int = 1000) -> float:
    """Return the number of records of a file.

    It is exact with a manifest or up to `sample` records, otherwise estimated from their mean size.

    Raises:
        CorruptRecordError: see `read`.

    Example:
        >>> files.write_bytes("a.tfrecord", frame(b"one") + frame(b"two"))
        >>> estimate_count("a.tfrecord"), estimate_count("a.tfrecord", sample=1)
        (2.0, 2.0)
    """
    entry = manifest.entry_of(path)
    if entry is not None and entry.records is not None:
        return float(entry.records)
    sizes = [len(frame(record)) for record in itertools.islice(read(path), sample)]
    if not sizes:
        return 0.0
    return files.size(path) / (sum(sizes) / len(sizes))


def _read_record(file: IO[bytes], header: bytes) -> bytes | None:
    if len(header) < _HEADER.size:
        return None
    length, length_crc = _HEADER.unpack(header)
    if _masked_crc(header[:8]) != length_crc:
        return None
    body = file.read(length + _FOOTER.size)
    if len(body) < length + _FOOTER.size:
        return None
    record = body[:length]
    return record if _FOOTER.unpack(body[length:])[0] == _masked_crc(record) else None


def _masked_crc(data: bytes) -> int:
    crc = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
