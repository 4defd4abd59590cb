"""Exact nearest neighbours by dot product, in blocks, so that no N x M matrix is ever held.

Shape letters: N queries, M candidates, D width, K neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tfmling.mining.running_top import NOTHING, RunningTop

BLOCK = 1024  # queries of one product
# as many candidates a query in it: 8 MiB of float32 similarities, the fastest that was found
_CANDIDATES = 2


@dataclass(frozen=True)
class Neighbours:
    """The K nearest candidates of each query, the nearest first, equal ones by rising index.

    Where a query has fewer candidates than K, similarity is -inf and index is NOTHING.
    """

    similarity: np.ndarray  # [N, K] float32
    index: np.ndarray  # [N, K] int64, 0 to M - 1

    @property
    def mean_similarity(self) -> np.ndarray:
        """[N] float32: the mean over the nearest that there are, as margins need it; or 0."""
        if (self.index != NOTHING).all():
            return self.similarity.mean(axis=1)
        there = self.index != NOTHING
        total = np.where(there, self.similarity, 0).sum(axis=1)
        return (total / np.maximum(there.sum(axis=1), 1)).astype(np.float32)


def nearest_neighbours(
    query_ND: np.ndarray, candidate_MD: np.ndarray, k: int, *, block: int = BLOCK
) -> Neighbours:
    """Finds the k candidates of the highest dot product for each query.

    Args:
        query_ND: [N, D]; L2-normalized rows make the dot product a cosine.
        candidate_MD: [M, D].
        k: how many, 1 to M.
        block: queries of one product; bounds the memory, does not change the result.

    Raises:
        ValueError: other shapes, or k out of range.
    """
    _check(query_ND, candidate_MD, k)
    top = RunningTop(len(query_ND), k)
    for start in range(0, len(query_ND), block):
        rows_BD = _float32(query_ND[start : start + block])
        for other in range(0, len(candidate_MD), _CANDIDATES * block):
            product = rows_BD @ _float32(candidate_MD[other : other + _CANDIDATES * block]).T
            top.offer(product, start, other, axis=0)
    return Neighbours(top.similarity_NK, top.index_NK)


def neighbours_both_ways(
    source_ND: np.ndarray, target_MD: np.ndarray, k: int, *, block: int = BLOCK
) -> tuple[Neighbours, Neighbours]:
    """The neighbours of the sources among the targets and of the targets among the sources.

    One product serves both: about three quarters of the time of two searches.

    Args:
        source_ND: [N, D], may be memory-mapped; blocks of it are made float32.
        target_MD: [M, D], the same.
        k: how many, 1 or more; where there are fewer, see Neighbours.
        block: sources of one product.
    """
    _check_shapes(source_ND, target_MD)
    forward, backward = RunningTop(len(source_ND), k), RunningTop(len(target_MD), k)
    for start in range(0, len(source_ND), block):
        rows_BD = _float32(source_ND[start : start + block])
        for other in range(0, len(target_MD), _CANDIDATES * block):
            product = rows_BD @ _float32(target_MD[other : other + _CANDIDATES * block]).T
            forward.offer(product, start, other, axis=0)
            backward.offer(product, other, start, axis=1)
    return (
        Neighbours(forward.similarity_NK, forward.index_NK),
        Neighbours(backward.similarity_NK, backward.index_NK),
    )


def merge_neighbours(parts: Sequence[Neighbours]) -> Neighbours:
    """The K nearest of the same queries over several sets of candidates; in any order the same."""
    similarity = np.concatenate([part.similarity for part in parts], axis=1)
    index = np.concatenate([part.index for part in parts], axis=1)
    order = np.lexsort((index, -similarity), axis=1)[:, : parts[0].index.shape[1]]
    return Neighbours(
        np.take_along_axis(similarity, order, axis=1), np.take_along_axis(index, order, axis=1)
    )


def _float32(rows_ND: np.ndarray) -> np.ndarray:
    return np.asarray(rows_ND, np.float32)


def _check(query_ND: np.ndarray, candidate_MD: np.ndarray, k: int) -> None:
    _check_shapes(query_ND, candidate_MD)
    if not 1 <= k <= len(candidate_MD):
        raise ValueError(f"k: expected 1 to {len(candidate_MD)} (all candidates), got {k}")


def _check_shapes(query_ND: np.ndarray, candidate_MD: np.ndarray) -> None:
    if query_ND.ndim != 2 or candidate_MD.ndim != 2 or query_ND.shape[1] != candidate_MD.shape[1]:
        raise ValueError(
            "expected queries [N, D] and candidates [M, D] of one width, "
            f"got {query_ND.shape} and {candidate_MD.shape}"
        )
