"""The index settings `exact`, `ivf` and `hnsw`: how nearest neighbors are searched.

`ivf` and `hnsw` use FAISS (the extra `mine`; Douze et al. 2024, "The Faiss library") for data that
is too large for `exact`. They keep the vectors of one shard in memory and find most of the true
neighbors; measure how many on your own vectors with `benchmarks.mining`.

Shape letters: N queries, M candidates, D width, K neighbors.
"""

import abc
import math
from typing import Any, Literal

import numpy as np
import pydantic

from tfmling.core import config, extras
from tfmling.mining.neighbors import BLOCK, Neighbors, merge_neighbors, neighbors_both_ways
from tfmling.mining.top_k import MISSING

EXTRA = "mine"
_QUERIES = 1 << 14  # converted to float32 at a time
_MIN_PER_LIST = 39  # training vectors that FAISS expects per list


class ExactIndex(config.Settings):
    """Exact search by blockwise products.

    Example:
        >>> forward, backward = ExactIndex().search_both(np.eye(2), np.eye(2)[::-1], k=1)
        >>> forward.index.tolist()
        [[1], [0]]
    """

    kind: Literal["exact"] = "exact"
    block: int = pydantic.Field(BLOCK, ge=64, le=1 << 14)
    """Source sentences per product, with twice as many targets. Memory grows with its square; the
    result does not depend on it.
    """

    def search_both(
        self, source_ND: np.ndarray, target_MD: np.ndarray, k: int
    ) -> tuple[Neighbors, Neighbors]:
        """The neighbors of each side in the other, see `neighbors_both_ways`."""
        return neighbors_both_ways(source_ND, target_MD, k, block=self.block)


class FaissIndex(config.Settings, abc.ABC):
    """A FAISS index of one shard."""

    threads: int = pydantic.Field(1, ge=1)
    """Threads per worker. With more than one, HNSW builds a different graph in each run."""

    def build(self, candidate_MD: np.ndarray) -> Any:
        """Build an index of vectors, by dot product.

        Raises:
            MissingPackageError: FAISS is not installed.
        """
        faiss = extras.load("faiss", EXTRA)
        faiss.omp_set_num_threads(self.threads)
        return self._build(faiss, np.asarray(candidate_MD, np.float32))

    @abc.abstractmethod
    def _build(self, faiss: Any, candidate_MD: np.ndarray) -> Any:
        """Build an index that contains all candidates."""

    def search(self, built: Any, query_ND: np.ndarray, k: int) -> Neighbors:
        """The k nearest candidates that the index finds for each query, see Neighbors."""
        parts = [
            self._search(built, query_ND[start : start + _QUERIES], k)
            for start in range(0, max(len(query_ND), 1), _QUERIES)
        ]
        return Neighbors(
            np.concatenate([part.similarity for part in parts]),
            np.concatenate([part.index for part in parts]),
        )

    def _search(self, built: Any, query_ND: np.ndarray, k: int) -> Neighbors:
        similarity, index = built.search(np.ascontiguousarray(query_ND, np.float32), k)
        similarity = np.where(index == MISSING, np.float32(-np.inf), similarity)
        # FAISS does not define the order of equal similarities
        return merge_neighbors([Neighbors(similarity, index)])


class IvfIndex(FaissIndex):
    """An inverted file: candidates in lists around centroids, of which the nearest are searched.

    Example:
        >>> index = IvfIndex(kind="ivf", probes=4)
        >>> built = index.build(np.eye(40))
        >>> index.search(built, np.eye(40)[7:8], k=1).index.tolist()
        [[7]]
    """

    kind: Literal["ivf"]
    lists: int | None = pydantic.Field(None, ge=1)
    """Inverted lists per shard; null: 4 times the square root of its size."""
    probes: int = pydantic.Field(16, ge=1)
    """Lists searched per query; more find more neighbors and take longer."""

    def _build(self, faiss: Any, candidate_MD: np.ndarray) -> Any:
        count, width = candidate_MD.shape
        quantizer = faiss.IndexFlatIP(width)
        if not count:
            return quantizer
        lists = max(1, min(self.lists or 4 * math.isqrt(count), count // _MIN_PER_LIST))
        index = faiss.IndexIVFFlat(quantizer, width, lists, faiss.METRIC_INNER_PRODUCT)
        index.train(candidate_MD)
        index.add(candidate_MD)
        index.nprobe = min(self.probes, lists)
        return index


class HnswIndex(FaissIndex):
    """A graph that links each candidate to others near it.

    Malkov and Yashunin (2016), "Efficient and robust approximate nearest neighbor search using
    Hierarchical Navigable Small World graphs".

    Example:
        >>> index = HnswIndex(kind="hnsw")
        >>> built = index.build(np.eye(3))
        >>> index.search(built, np.array([[0.0, 1.0, 0.0]]), k=1).index.tolist()
        [[1]]
    """

    kind: Literal["hnsw"]
    links: int = pydantic.Field(32, ge=2)
    """Links per candidate in the graph (M in the paper)."""
    build_width: int = pydantic.Field(80, ge=1)
    """Candidates considered while the graph is built (efConstruction)."""
    search_width: int = pydantic.Field(64, ge=1)
    """Candidates considered per query (efSearch); more find more and take longer."""

    def _build(self, faiss: Any, candidate_MD: np.ndarray) -> Any:
        width = candidate_MD.shape[1]
        index = faiss.IndexHNSWFlat(width, self.links, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = self.build_width
        index.add(candidate_MD)
        index.hnsw.efSearch = self.search_width
        return index
