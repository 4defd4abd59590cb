"""Neighbours as files of the output: from them pairs can be made anew without a search.

neighbours/source-00000-of-00004.similarity.npy   float32 [rows, k], cosines
neighbours/source-00000-of-00004.index.npy        int64 [rows, k], rows of the other side, or -1
"""

from collections.abc import Iterator

import apache_beam as beam
import numpy as np

from beam_pipelines.mining.merge import unpack
from beam_pipelines.mining.search import Found, SideName
from tfmling.core import files
from tfmling.mining.arrays import read_array, write_array
from tfmling.mining.neighbours import Neighbours
from tfmling.mining.quantization import cosines
from tfmling.mining.vectors import VectorFolder, shard_path

FOLDER = "neighbours"


class WriteNeighbours(beam.DoFn):
    """Merged neighbours of a shard to two files; emits the shard once they stand."""

    def __init__(self, folder: str, k: int, source: VectorFolder, target: VectorFolder):
        self._folder = folder
        self._k = k
        self._shards = {"source": source.num_shards, "target": target.num_shards}
        self._width = source.description.width

    def process(self, element: Found) -> Iterator[tuple[SideName, int]]:
        """Turns products into cosines."""
        (side, shard), packed = element
        found = unpack(packed, self._k)
        path = _path(self._folder, side, shard, self._shards[side])
        write_array(f"{path}.similarity.npy", cosines(found.similarity, self._width))
        write_array(f"{path}.index.npy", found.index)
        yield side, shard


def read_neighbours(folder: str, side: SideName, num_shards: int) -> Neighbours:
    """The neighbours of all sentences of a side, in the order of their rows."""
    paths = [_path(folder, side, shard, num_shards) for shard in range(num_shards)]
    similarity = [read_array(f"{path}.similarity.npy") for path in paths]
    index = [read_array(f"{path}.index.npy") for path in paths]
    return Neighbours(np.concatenate(similarity), np.concatenate(index))


def _path(folder: str, side: SideName, shard: int, num_shards: int) -> str:
    name = shard_path(side, shard, num_shards).replace("/", "-")
    return files.join(folder, FOLDER, name)
