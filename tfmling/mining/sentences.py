"""The sentences of a shard of vectors, with random access by row.

Two files: the UTF-8 text of all rows, concatenated, and the offset where each row ends.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tfmling.core import files
from tfmling.mining.arrays import read_array, write_array


class MinedSentence(NamedTuple):
    """A sentence and its location, file and line.

    Example:
        >>> MinedSentence("Habari", "a.txt:1").place
        'a.txt:1'
    """

    text: str
    place: str


def pack(sentences: Sequence[MinedSentence]) -> tuple[np.ndarray, np.ndarray]:
    """Join text and location with a tab, which normalized text does not contain.

    Returns:
        The bytes of all rows, uint8, and the offset where each row ends, int64 [rows].

    Example:
        >>> text, ends = pack([MinedSentence("Habari", "a:1"), MinedSentence("Maji", "a:2")])
        >>> text.tobytes(), ends.tolist()
        (b'Habari\\ta:1Maji\\ta:2', [10, 18])
    """
    encoded = [f"{text}\t{place}".encode() for text, place in sentences]
    ends = np.cumsum([len(row) for row in encoded], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), np.uint8), ends


class SentenceFiles(Sequence[MinedSentence]):
    """The sentences that `write_sentences` wrote, by row.

    Args:
        path: prefix of the two files.

    Example:
        >>> write_sentences("shard", [MinedSentence("Habari", "a.txt:1")])
        >>> SentenceFiles("shard")[0].text
        'Habari'
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


def are_unchanged(path: str, sentences: Sequence[MinedSentence]) -> bool:
    """Whether exactly these sentences have been written to `path` already.

    Example:
        >>> sentences = [MinedSentence("Habari", "a.txt:1")]
        >>> write_sentences("shard", sentences)
        >>> are_unchanged("shard", sentences), are_unchanged("shard", [])
        (True, False)
    """
    if not (files.exists(f"{path}.ends.npy") and files.exists(f"{path}.text.npy")):
        return False
    text, ends = pack(sentences)
    same = np.array_equal(read_array(f"{path}.ends.npy"), ends)
    return same and np.array_equal(read_array(f"{path}.text.npy"), text)


def write_sentences(path: str, sentences: Sequence[MinedSentence]) -> None:
    """Write the sentences of a shard.

    Example:
        >>> write_sentences("shard", [MinedSentence("Habari", "a.txt:1")])
        >>> list(SentenceFiles("shard"))
        [MinedSentence(text='Habari', place='a.txt:1')]
    """
    text, ends = pack(sentences)
    write_array(f"{path}.text.npy", text)
    write_array(f"{path}.ends.npy", ends)
