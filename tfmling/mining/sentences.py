"""The sentences of a shard of vectors, row by row, found again without reading them all.

Two files: the UTF-8 text of all rows one after the other, and where each of them ends.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tfmling.core import files
from tfmling.mining.arrays import read_array, write_array


class MinedSentence(NamedTuple):
    """A sentence and where it was found, file and line."""

    text: str
    place: str


def pack(sentences: Sequence[MinedSentence]) -> tuple[np.ndarray, np.ndarray]:
    """Text and place, with a tab between, which a normalized text has not.

    Returns:
        uint8 [bytes of all], int64 [rows] where each ends.
    """
    encoded = [f"{text}\t{place}".encode() for text, place in sentences]
    ends = np.cumsum([len(row) for row in encoded], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), np.uint8), ends


class Sentences(Sequence[MinedSentence]):
    """The sentences that `write` wrote, by row.

    Args:
        path: as it was given to `write`.
    """

    def __init__(self, path: str):
        self._bytes = read_array(f"{path}.text.npy")
        self._ends = read_array(f"{path}.ends.npy")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, row):  # type: ignore[no-untyped-def]  # an int: no slices are taken
        if not 0 <= row < len(self):
            raise IndexError(f"row: expected 0 to {len(self) - 1}, got {row}")
        start = int(self._ends[row - 1]) if row else 0
        text, _, place = (
            self._bytes[start : int(self._ends[row])].tobytes().decode().partition("\t")
        )
        return MinedSentence(text, place)

    def __iter__(self) -> Iterator[MinedSentence]:
        return (self[row] for row in range(len(self)))


def hold_same(path: str, sentences: Sequence[MinedSentence]) -> bool:
    """Whether exactly these sentences were written to `path` already."""
    if not (files.exists(f"{path}.ends.npy") and files.exists(f"{path}.text.npy")):
        return False
    text, ends = pack(sentences)
    same = np.array_equal(read_array(f"{path}.ends.npy"), ends)
    return same and np.array_equal(read_array(f"{path}.text.npy"), text)


def write(path: str, sentences: Sequence[MinedSentence]) -> None:
    """Writes the sentences of a shard."""
    text, ends = pack(sentences)
    write_array(f"{path}.text.npy", text)
    write_array(f"{path}.ends.npy", ends)
