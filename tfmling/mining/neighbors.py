"""Exact nearest neighbors by dot product, in blocks, without an N x M matrix.

Shape letters: N queries, M candidates, D width, K neighbors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tfmling.mining.top_k import MISSING, TopK

BLOCK = 1024  # queries per product
# candidates per query in a product: 8 MiB of float32 similarities, the fastest size measured
_CANDIDATES = 2


@dataclass(frozen=True)
class Neighbors:
    """The K nearest candidates of each query, nearest first, ties by rising index.

    If there are fewer than K candidates, similarity is -inf and index is MISSING.

    Example:
        >>> similarity = np.array([[0.75, 0.25], [0.5, -np.inf]], np.float32)
        >>> neighbors = Neighbors(similarity, index=np.array([[1, 0], [1, MISSING]]))
        >>> neighbors.mean_similarity.tolist()
        [0.5, 0.5]
    """

    similarity: np.ndarray  # [N, K] float32
    index: np.ndarray  # [N, K] int64, 0 to M - 1

    @property
    def mean_similarity(self) -> np.ndarray:
        """[N] float32: the mean over existing neighbors, as margins need it; 0 without any."""
        if (self.index != MISSING).all():
            return self.similarity.mean(axis=1)
        there = self.index != MISSING
        total = np.where(there, self.similarity, 0).sum(axis=1)
        return (total / np.maximum(there.sum(axis=1), 1)).astype(np.float32)


def nearest_neighbors(
    query_ND: np.ndarray, candidate_MD: np.ndarray, k: int, *, block: int = BLOCK
) -> Neighbors:
    """Find the k candidates with the highest dot product for each query.

    Args:
        query_ND: [N, D]; L2-normalized rows make the dot product a cosine.
        candidate_MD: [M, D].
        k: number of neighbors, 1 to M.
        block: queries per product; limits memory and does not change the result.

    Raises:
        ValueError: shapes do not match, or k is out of range.

    Example:
        >>> queries, candidates = np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> nearest_neighbors(queries, candidates, k=1).index.tolist()
        [[1], [0]]
    """
    _check(query_ND, candidate_MD, k)
    top = TopK(len(query_ND), k)
    for start in range(0, len(query_ND), block):
        rows_BD = _float32(query_ND[start : start + block])
        for other in range(0, len(candidate_MD), _CANDIDATES * block):
            product = rows_BD @ _float32(candidate_MD[other : other + _CANDIDATES * block]).T
            top.update(product, start, other, axis=0)
    return Neighbors(top.similarity_NK, top.index_NK)


def neighbors_both_ways(
    source_ND: np.ndarray, target_MD: np.ndarray, k: int, *, block: int = BLOCK
) -> tuple[Neighbors, Neighbors]:
    """Find the neighbors of sources among targets and of targets among sources.

    Both use the same products, which takes about three quarters of the time of two searches.

    Args:
        source_ND: [N, D], may be memory-mapped; converted to float32 in blocks.
        target_MD: [M, D], the same.
        k: number of neighbors, 1 or more; may exceed the number of candidates.
        block: sources per product.

    Example:
        >>> forward, backward = neighbors_both_ways(np.eye(2), np.eye(2), k=1)
        >>> backward.index.tolist()
        [[0], [1]]
    """
    _check_shapes(source_ND, target_MD)
    forward, backward = TopK(len(source_ND), k), TopK(len(target_MD), k)
    for start in range(0, len(source_ND), block):
        rows_BD = _float32(source_ND[start : start + block])
        for other in range(0, len(target_MD), _CANDIDATES * block):
            product = rows_BD @ _float32(target_MD[other : other + _CANDIDATES * block]).T
            forward.update(product, start, other, axis=0)
            backward.update(product, other, start, axis=1)
    return (
        Neighbors(forward.similarity_NK, forward.index_NK),
        Neighbors(backward.similarity_NK, backward.index_NK),
    )


def merge_neighbors(parts: Sequence[Neighbors]) -> Neighbors:
    """Merge the neighbors of the same queries from several sets of candidates.

    Example:
        >>> first = Neighbors(np.array([[0.75, 0.25]]), np.array([[3, 0]]))
        >>> second = Neighbors(np.array([[0.5, 0.0]]), np.array([[8, 9]]))
        >>> merge_neighbors([first, second]).index.tolist()
        [[3, 8]]
    """
    similarity = np.concatenate([part.similarity for part in parts], axis=1)
    index = np.concatenate([part.index for part in parts], axis=1)
    order = np.lexsort((index, -similarity), axis=1)[:, : parts[0].index.shape[1]]
    return Neighbors(
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
