"""Exact nearest neighbours by dot product, in blocks, so that no N x M matrix is ever held.

Shape letters: N queries, M candidates, D width, K neighbours.
"""

from dataclasses import dataclass

import numpy as np

BLOCK = 4096  # queries and candidates of one product: 64 MiB of float32 similarities


@dataclass(frozen=True)
class Neighbours:
    """The K nearest candidates of each query, the nearest first."""

    similarity: np.ndarray  # [N, K] float32
    index: np.ndarray  # [N, K] int64, 0 to M - 1

    @property
    def mean_similarity(self) -> np.ndarray:
        """[N] float32: the mean over the K nearest, as margins need it."""
        return self.similarity.mean(axis=1)


def nearest_neighbours(
    query_ND: np.ndarray, candidate_MD: np.ndarray, k: int, *, block: int = BLOCK
) -> Neighbours:
    """Finds the k candidates of the highest dot product for each query.

    Args:
        query_ND: float32 [N, D]; L2-normalised rows make the dot product a cosine.
        candidate_MD: float32 [M, D].
        k: how many, 1 to M.
        block: rows of one product; bounds the memory, does not change the result.

    Returns:
        Neighbours, sorted by falling similarity, equal ones by rising index.

    Raises:
        ValueError: other shapes, or k out of range.
    """
    _check(query_ND, candidate_MD, k)
    blocks = [
        _nearest_of_block(query_ND[start : start + block], candidate_MD, k, block)
        for start in range(0, len(query_ND), block)
    ]
    if not blocks:
        return Neighbours(np.zeros((0, k), np.float32), np.zeros((0, k), np.int64))
    similarity, index = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return Neighbours(similarity, index)


def _check(query_ND: np.ndarray, candidate_MD: np.ndarray, k: int) -> None:
    if query_ND.ndim != 2 or candidate_MD.ndim != 2 or query_ND.shape[1] != candidate_MD.shape[1]:
        raise ValueError(
            "expected queries [N, D] and candidates [M, D] of one width, "
            f"got {query_ND.shape} and {candidate_MD.shape}"
        )
    if not 1 <= k <= len(candidate_MD):
        raise ValueError(f"k: expected 1 to {len(candidate_MD)} (all candidates), got {k}")


def _nearest_of_block(
    query_ND: np.ndarray, candidate_MD: np.ndarray, k: int, block: int
) -> tuple[np.ndarray, np.ndarray]:
    similarity: np.ndarray = np.zeros((len(query_ND), 0), np.float32)
    index: np.ndarray = np.zeros((len(query_ND), 0), np.int64)
    for start in range(0, len(candidate_MD), block):
        product = query_ND @ candidate_MD[start : start + block].T
        numbers = np.broadcast_to(np.arange(start, start + product.shape[1]), product.shape)
        similarity, index = _keep_largest(
            np.concatenate([similarity, product], axis=1),
            np.concatenate([index, numbers], axis=1),
            k,
        )
    return similarity, index


def _keep_largest(
    similarity: np.ndarray, index: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """The k largest of each row, sorted; the full sort is of k columns only."""
    if similarity.shape[1] > k:
        kept = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        similarity = np.take_along_axis(similarity, kept, axis=1)
        index = np.take_along_axis(index, kept, axis=1)
    order = np.lexsort((index, -similarity), axis=1)
    return np.take_along_axis(similarity, order, axis=1), np.take_along_axis(index, order, axis=1)
