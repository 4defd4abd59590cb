"""Search neighbors: pairs of shards are searched in parallel, partial results are merged.

A worker holds blocks of two memory-mapped shards. Only k numbers per sentence grow with the corpus.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

import apache_beam as beam
import numpy as np

from beam_pipelines.mining.neighbors import (
    Found,
    MergeNeighbors,
    ShardOfSide,
    SideName,
    nothing,
    pack,
)
from beam_pipelines.mining.settings import MineBitext
from tfmling.mining.indexes import ExactIndex, FaissIndex
from tfmling.mining.neighbors import Neighbors
from tfmling.mining.top_k import MISSING, TopK
from tfmling.mining.vectors import VectorFolder

_LOGGER = logging.getLogger(__name__)

# start and end of the rows of two documents in two shards
Spans = tuple[int, int, int, int]


class FindNeighbors(beam.PTransform):
    """Finds the neighbors of all shards of both sides, by side and shard.

    Raises:
        VectorsError: documents cannot be matched.
    """

    def __init__(self, settings: MineBitext, source: VectorFolder, target: VectorFolder):
        super().__init__()
        self._settings = settings
        self._source = source
        self._target = target

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        """Search all pairs of shards; shards start without neighbors, so that none is lost."""
        shards = [(name, n) for name, side in self._sides() for n in range(side.num_shards)]
        none = (
            pipeline
            | "Shards" >> beam.Create(shards)
            | "NoNeighbors"
            >> beam.Map(_no_neighbors, self._source, self._target, self._settings.neighbors)
        )
        tasks = pipeline | "Tasks" >> beam.Create(self._tasks()) | "Distribute" >> beam.Reshuffle()
        found = tasks | "Search" >> beam.ParDo(self._search())
        return (
            (none, found)
            | beam.Flatten()
            | "Merge" >> beam.CombinePerKey(MergeNeighbors(self._settings.neighbors))
        )

    def _sides(self) -> list[tuple[SideName, VectorFolder]]:
        return [("source", self._source), ("target", self._target)]

    def _tasks(self) -> list:
        if self._settings.documents is not None:
            pairs = self._settings.documents.match(self._source, self._target)
            _LOGGER.info("matched %d pairs of documents", len(pairs))
            return list(spans_by_shards(pairs, self._source, self._target).items())
        if isinstance(self._settings.index, ExactIndex):
            both = self._source.num_shards, self._target.num_shards
            return [(i, j) for i in range(both[0]) for j in range(both[1])]
        return [(name, n) for name, side in self._sides() for n in range(side.num_shards)]

    def _search(self) -> beam.DoFn:
        k, index = self._settings.neighbors, self._settings.index
        if self._settings.documents is not None:
            return _SearchDocuments(self._source, self._target, k)
        if isinstance(index, ExactIndex):
            return _SearchShards(self._source, self._target, k, index)
        return _SearchIndex(self._source, self._target, k, index)


class _Search(beam.DoFn):
    def __init__(self, source: VectorFolder, target: VectorFolder, k: int):
        self._source = source
        self._target = target
        self._k = k

    def _both(self, i: int, j: int, found: tuple[Neighbors, Neighbors]) -> Iterator[Found]:
        forward, backward = found
        yield ("source", i), pack(_numbered(forward, self._target, j))
        yield ("target", j), pack(_numbered(backward, self._source, i))


class _SearchShards(_Search):
    """Searches two shards in both directions."""

    def __init__(self, source: VectorFolder, target: VectorFolder, k: int, index: ExactIndex):
        super().__init__(source, target, k)
        self._index = index

    def process(self, element: tuple[int, int]) -> Iterator[Found]:
        i, j = element
        started = time.monotonic()
        source, target = self._source.vectors(i), self._target.vectors(j)
        yield from self._both(i, j, self._index.search_both(source, target, self._k))
        shards = f"{i + 1}/{self._source.num_shards} x {j + 1}/{self._target.num_shards}"
        _log_search(shards, len(source) * len(target), started)


class _SearchDocuments(_Search):
    """Searches within pairs of documents only."""

    def process(self, element: tuple[tuple[int, int], list[Spans]]) -> Iterator[Found]:
        (i, j), spans = element
        found = search_spans(self._source.vectors(i), self._target.vectors(j), spans, self._k)
        yield from self._both(i, j, found)


class _SearchIndex(_Search):
    """Indexes one shard and searches it with all shards of the other side."""

    def __init__(self, source: VectorFolder, target: VectorFolder, k: int, index: FaissIndex):
        super().__init__(source, target, k)
        self._index = index

    def process(self, element: ShardOfSide) -> Iterator[Found]:
        name, shard = element
        own, other = self._source, self._target
        others: SideName = "target"
        if name == "target":
            own, other, others = other, own, "source"
        built = self._index.build(own.vectors(shard))
        for number in range(other.num_shards):
            started = time.monotonic()
            queries = other.vectors(number)
            found = self._index.search(built, queries, self._k)
            yield (others, number), pack(_numbered(found, own, shard))
            _log_search(f"{others} {number + 1} in {name} {shard + 1}", len(queries), started)


def search_spans(
    source_ND: np.ndarray, target_MD: np.ndarray, spans: Iterable[Spans], k: int
) -> tuple[Neighbors, Neighbors]:
    """Return the neighbors of the rows of two shards within pairs of documents.

    Sentences of a document in several pairs have the candidates of all of these.

    Example:
        >>> vectors = np.array([[1.0, 0.0], [0.0, 1.0]])
        >>> forward, _ = search_spans(vectors, vectors, [(0, 2, 0, 2)], k=1)  # documents of 2 rows
        >>> apart, _ = search_spans(vectors, vectors, [(0, 1, 1, 2)], k=1)  # only row 0 with row 1
        >>> forward.index.tolist(), apart.index.tolist()
        ([[0], [1]], [[1], [-1]])
    """
    forward, backward = TopK(len(source_ND), k), TopK(len(target_MD), k)
    for start, end, other, other_end in spans:
        rows = np.asarray(source_ND[start:end], np.float32)
        product = rows @ np.asarray(target_MD[other:other_end], np.float32).T
        forward.update(product, start, other, axis=0)
        backward.update(product, other, start, axis=1)
    return (
        Neighbors(forward.similarity_NK, forward.index_NK),
        Neighbors(backward.similarity_NK, backward.index_NK),
    )


def spans_by_shards(
    pairs: Iterable, source: VectorFolder, target: VectorFolder
) -> dict[tuple[int, int], list[Spans]]:
    """Group pairs of documents by their shards, as rows of these shards."""
    spans: dict[tuple[int, int], list[Spans]] = defaultdict(list)
    for document, other in pairs:
        i, start = source.place(document.first)
        j, other_start = target.place(other.first)
        ends = start + document.count, other_start + other.count
        spans[i, j].append((start, ends[0], other_start, ends[1]))
    return spans


def _no_neighbors(shard: ShardOfSide, source: VectorFolder, target: VectorFolder, k: int) -> Found:
    side = source if shard[0] == "source" else target
    return shard, pack(nothing(side.description.rows[shard[1]], k))


def _numbered(found: Neighbors, folder: VectorFolder, shard: int) -> Neighbors:
    """Number the candidates through all shards."""
    first = folder.first_rows[shard]
    return Neighbors(
        found.similarity, np.where(found.index == MISSING, MISSING, found.index + first)
    )


def _log_search(name: str, work: int, started: float) -> None:
    _LOGGER.info("searched %s: %d products, %.1f s", name, work, time.monotonic() - started)
