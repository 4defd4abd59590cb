"""Partial neighbours of one shard to the neighbours among all candidates."""

from collections.abc import Iterable

import apache_beam as beam
import numpy as np

from tfmling.mining.neighbours import Neighbours, merge_neighbours
from tfmling.mining.top_k import MISSING

_SIMILARITY, _INDEX = np.dtype("<f4"), np.dtype("<i8")

# what travels: all similarities, then all indices
Packed = bytes


def pack(neighbours: Neighbours) -> Packed:
    """Neighbours as bytes, the same on every machine."""
    similarity = neighbours.similarity.astype(_SIMILARITY, copy=False).tobytes()
    return similarity + neighbours.index.astype(_INDEX, copy=False).tobytes()


def unpack(packed: Packed, k: int) -> Neighbours:
    """The inverse of `pack`; `k` neighbours each."""
    rows = len(packed) // (k * (_SIMILARITY.itemsize + _INDEX.itemsize))
    at = rows * k * _SIMILARITY.itemsize
    similarity = np.frombuffer(packed[:at], _SIMILARITY).reshape(rows, k)
    return Neighbours(similarity, np.frombuffer(packed[at:], _INDEX).reshape(rows, k))


def nothing(rows: int, k: int) -> Neighbours:
    """Rows that have found nobody yet."""
    return Neighbours(np.full((rows, k), -np.inf, np.float32), np.full((rows, k), MISSING))


class MergeNeighbours(beam.CombineFn):
    """Keeps the k nearest; in whatever order the parts come, the result is the same."""

    def __init__(self, k: int):
        self._k = k

    def create_accumulator(self) -> Packed:
        """Nothing, of no rows."""
        return b""

    def add_input(self, accumulator: Packed, part: Packed) -> Packed:
        """Merges one part."""
        return self.merge_accumulators([accumulator, part])

    def merge_accumulators(self, accumulators: Iterable[Packed]) -> Packed:
        """Merges what several workers have."""
        parts = [unpack(packed, self._k) for packed in accumulators if packed]
        if not parts:
            return b""
        return pack(merge_neighbours(parts) if len(parts) > 1 else parts[0])

    def extract_output(self, accumulator: Packed) -> Packed:
        """The neighbours as they are."""
        return accumulator
