"""Merge and store neighbors.

neighbors/source-00000-of-00004.similarity.npy   float32 [rows, k], cosines
neighbors/source-00000-of-00004.index.npy        int64 [rows, k], rows of the other side, or -1
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import apache_beam as beam
import numpy as np

from tfmling.core import files
from tfmling.mining.arrays import read_array, write_array
from tfmling.mining.neighbors import Neighbors, merge_neighbors
from tfmling.mining.quantization import cosines
from tfmling.mining.top_k import MISSING
from tfmling.mining.vectors import VectorFolder, shard_path

SideName = Literal["source", "target"]
ShardOfSide = tuple[SideName, int]

_SIMILARITY, _INDEX = np.dtype("<f4"), np.dtype("<i8")

# all similarities, then all indices
Packed = bytes
Found = tuple[ShardOfSide, Packed]


def pack(neighbors: Neighbors) -> Packed:
    """Encode neighbors, the same on every machine.

    Example:
        >>> packed = pack(Neighbors(np.array([[0.75, 0.25]]), np.array([[5, 3]])))
        >>> len(packed)  # two of 4 bytes, two of 8
        24
    """
    similarity = neighbors.similarity.astype(_SIMILARITY, copy=False).tobytes()
    return similarity + neighbors.index.astype(_INDEX, copy=False).tobytes()


def unpack(packed: Packed, k: int) -> Neighbors:
    """Decode neighbors, `k` per row.

    Example:
        >>> packed = pack(Neighbors(np.array([[0.75, 0.25]]), np.array([[5, 3]])))
        >>> unpack(packed, k=2).index.tolist(), unpack(packed, k=1).index.tolist()
        ([[5, 3]], [[5], [3]])
    """
    rows = len(packed) // (k * (_SIMILARITY.itemsize + _INDEX.itemsize))
    at = rows * k * _SIMILARITY.itemsize
    similarity = np.frombuffer(packed[:at], _SIMILARITY).reshape(rows, k)
    return Neighbors(similarity, np.frombuffer(packed[at:], _INDEX).reshape(rows, k))


def nothing(rows: int, k: int) -> Neighbors:
    """Return rows without neighbors.

    Example:
        >>> found = nothing(rows=1, k=2)
        >>> found.similarity.tolist(), found.index.tolist()
        ([[-inf, -inf]], [[-1, -1]])
    """
    return Neighbors(np.full((rows, k), -np.inf, np.float32), np.full((rows, k), MISSING))


class MergeNeighbors(beam.CombineFn):
    """Keeps the k nearest neighbors, independent of the order of the parts.

    Example:
        >>> near = pack(Neighbors(np.array([[0.75]]), np.array([[8]])))
        >>> far = pack(Neighbors(np.array([[0.25]]), np.array([[3]])))
        >>> unpack(MergeNeighbors(k=1).merge_accumulators([far, near]), k=1).index.tolist()
        [[8]]
    """

    def __init__(self, k: int):
        self._k = k

    def create_accumulator(self) -> Packed:
        """Return no rows."""
        return b""

    def add_input(self, accumulator: Packed, part: Packed) -> Packed:
        """Merge one part."""
        return self.merge_accumulators([accumulator, part])

    def merge_accumulators(self, accumulators: Iterable[Packed]) -> Packed:
        """Merge the parts of several workers."""
        parts = [unpack(packed, self._k) for packed in accumulators if packed]
        if not parts:
            return b""
        return pack(merge_neighbors(parts) if len(parts) > 1 else parts[0])

    def extract_output(self, accumulator: Packed) -> Packed:
        """Return the neighbors."""
        return accumulator


FOLDER = "neighbors"


class WriteNeighbors(beam.DoFn):
    """Writes the neighbors of a shard to two files, then emits the shard."""

    def __init__(self, folder: str, k: int, source: VectorFolder, target: VectorFolder):
        self._folder = folder
        self._k = k
        self._shards = {"source": source.num_shards, "target": target.num_shards}
        self._width = source.description.width

    def process(self, element: Found) -> Iterator[tuple[SideName, int]]:
        """Convert products to cosines and write them."""
        (side, shard), packed = element
        found = unpack(packed, self._k)
        path = _path(self._folder, side, shard, self._shards[side])
        write_array(f"{path}.similarity.npy", cosines(found.similarity, self._width))
        write_array(f"{path}.index.npy", found.index)
        yield side, shard


def read_neighbors(folder: str, side: SideName, num_shards: int) -> Neighbors:
    """Read the neighbors of all sentences of a side, in the order of rows.

    Example:
        >>> path = "neighbors/source-00000-of-00001"
        >>> write_array(f"{path}.similarity.npy", np.array([[0.75]], np.float32))
        >>> write_array(f"{path}.index.npy", np.array([[5]]))
        >>> read_neighbors(".", "source", num_shards=1).index.tolist()
        [[5]]
    """
    paths = [_path(folder, side, shard, num_shards) for shard in range(num_shards)]
    similarity = [read_array(f"{path}.similarity.npy") for path in paths]
    index = [read_array(f"{path}.index.npy") for path in paths]
    return Neighbors(np.concatenate(similarity), np.concatenate(index))


def _path(folder: str, side: SideName, shard: int, num_shards: int) -> str:
    name = shard_path(side, shard, num_shards).replace("/", "-")
    return files.join(folder, FOLDER, name)
