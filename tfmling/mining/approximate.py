"""The index settings `ivf` and `hnsw`: FAISS (the extra `mine`), for what is too much for `exact`.

Matthijs Douze and others (2024), "The Faiss library". Both hold the vectors of one shard in memory,
and find most of the true neighbours; how many, a benchmark of the own vectors says
(`benchmarks.mining`).

Shape letters: N queries, M candidates, D width, K neighbours.
"""

import abc
import math
from typing import Any, Literal

import numpy as np
import pydantic

from tfmling.core import config, extras
from tfmling.mining.neighbours import Neighbours, merge_neighbours
from tfmling.mining.running_top import NOTHING

EXTRA = "mine"
_QUERIES = 1 << 14  # made float32 at a time
_PER_LIST = 39  # FAISS wants as many training vectors for each list


class Approximate(config.Settings, abc.ABC):
    """A FAISS index of one shard.

    Attributes:
        threads: of one worker. HNSW built with more than one gives another graph in each run.
    """

    threads: int = pydantic.Field(1, ge=1)

    def build(self, candidate_MD: np.ndarray) -> Any:
        """An index of these vectors, by dot product.

        Raises:
            MissingPackageError: FAISS is not installed; says how to get it.
        """
        faiss = extras.load("faiss", EXTRA)
        faiss.omp_set_num_threads(self.threads)
        return self._build(faiss, np.asarray(candidate_MD, np.float32))

    @abc.abstractmethod
    def _build(self, faiss: Any, candidate_MD: np.ndarray) -> Any:
        """An index with all candidates in it."""

    def search(self, built: Any, query_ND: np.ndarray, k: int) -> Neighbours:
        """The k nearest that the index finds for each query; see Neighbours."""
        parts = [
            self._search(built, query_ND[start : start + _QUERIES], k)
            for start in range(0, max(len(query_ND), 1), _QUERIES)
        ]
        return Neighbours(
            np.concatenate([part.similarity for part in parts]),
            np.concatenate([part.index for part in parts]),
        )

    def _search(self, built: Any, query_ND: np.ndarray, k: int) -> Neighbours:
        similarity, index = built.search(np.ascontiguousarray(query_ND, np.float32), k)
        similarity = np.where(index == NOTHING, np.float32(-np.inf), similarity)
        # FAISS leaves open in which order equal ones come
        return merge_neighbours([Neighbours(similarity, index)])


class Ivf(Approximate):
    """Candidates in lists around centroids; only the lists nearest to a query are searched.

    Attributes:
        lists: of one shard; null for 4 times the root of its size.
        probes: lists searched for each query: more find more, and take longer.
    """

    kind: Literal["ivf"]
    lists: int | None = pydantic.Field(None, ge=1)
    probes: int = pydantic.Field(16, ge=1)

    def _build(self, faiss: Any, candidate_MD: np.ndarray) -> Any:
        count, width = candidate_MD.shape
        quantizer = faiss.IndexFlatIP(width)
        if not count:
            return quantizer
        lists = max(1, min(self.lists or 4 * math.isqrt(count), count // _PER_LIST))
        index = faiss.IndexIVFFlat(quantizer, width, lists, faiss.METRIC_INNER_PRODUCT)
        index.train(candidate_MD)
        index.add(candidate_MD)
        index.nprobe = min(self.probes, lists)
        return index


class Hnsw(Approximate):
    """A graph from each candidate to others near it; a query walks along it.

    Malkov and Yashunin (2016), "Efficient and robust approximate nearest neighbor search using
    Hierarchical Navigable Small World graphs".

    Attributes:
        links: of each candidate.
        build_width: candidates kept in view while the graph is made.
        search_width: the same while it is searched: more find more, and take longer.
    """

    kind: Literal["hnsw"]
    links: int = pydantic.Field(32, ge=2)
    build_width: int = pydantic.Field(80, ge=1)
    search_width: int = pydantic.Field(64, ge=1)

    def _build(self, faiss: Any, candidate_MD: np.ndarray) -> Any:
        width = candidate_MD.shape[1]
        index = faiss.IndexHNSWFlat(width, self.links, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = self.build_width
        index.add(candidate_MD)
        index.hnsw.efSearch = self.search_width
        return index
