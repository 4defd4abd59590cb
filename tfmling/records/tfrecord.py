"""The TFRecord file format without TensorFlow: length, checksum, record, checksum.

Source: tensorflow/core/lib/io/record_writer.h. Both checksums are masked CRC-32C.
"""

import itertools
import struct
from collections.abc import Iterable, Iterator
from typing import IO

import google_crc32c

from tfmling import files
from tfmling.errors import InputError

_HEADER = struct.Struct("<QI")  # length of the record, checksum of these 8 bytes
_FOOTER = struct.Struct("<I")  # checksum of the record


class CorruptRecordError(InputError, ValueError):
    """A TFRecord file is cut off or its bytes do not match their checksum."""


def frame(record: bytes) -> bytes:
    """The bytes that stand for one record in a TFRecord file."""
    length = struct.pack("<Q", len(record))
    return b"".join(
        (length, _FOOTER.pack(_masked_crc(length)), record, _FOOTER.pack(_masked_crc(record)))
    )


def write(path: str, records: Iterable[bytes]) -> int:
    """Writes a TFRecord file and returns the number of records in it."""
    count = 0
    with files.open_binary(path, "wb") as file:
        for record in records:
            file.write(frame(record))
            count += 1
    return count


def read(path: str) -> Iterator[bytes]:
    """Yields the records of a TFRecord file.

    Raises:
        CorruptRecordError: with the file, the record and the byte where it happened.
    """
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


def estimate_count(path: str, sample: int = 1000) -> float:
    """How many records a file holds: exact up to `sample`, beyond by the mean size of the first.

    Raises:
        CorruptRecordError: see `read`.
    """
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
