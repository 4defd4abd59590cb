"""A running top-K of each row over blocks of similarities.

Most entries of a block are below the K-th best so far: one comparison with this threshold leaves a
few, and only these are sorted, as in Johnson, Douze and Jegou (2017), "Billion-scale similarity
search with GPUs", section 4.

Equal similarities are ordered by rising index, so that the result does not depend on the order and
size of the blocks.

Shape letters: N queries, K neighbors of each, H entries above the threshold.
"""

import numpy as np

MISSING = -1  # the index if there are fewer than K candidates; its similarity is -inf
_GROUPS = 64  # per first block; see `_lower_bound`


class TopK:
    """The K best candidates of each of N queries so far, the best first.

    Example:
        >>> top = TopK(count=1, k=2)
        >>> top.update(np.array([[0.1, 0.9, 0.5]], np.float32), own=0, other=0, axis=0)
        >>> top.index_NK.tolist()
        [[1, 2]]

    Attributes:
        similarity_NK: float32, -inf if missing.
        index_NK: int64, MISSING if missing.
    """

    def __init__(self, count: int, k: int):
        self.similarity_NK = np.full((count, k), -np.inf, np.float32)
        self.index_NK = np.full((count, k), MISSING, np.int64)

    def update(self, product: np.ndarray, own: int, other: int, axis: int) -> None:
        """Update the top K with a block of similarities.

        Args:
            product: float32 similarities, C-contiguous.
            own: the number of the block's first query.
            other: the index of the block's first candidate.
            axis: 0 if the rows of `product` are queries, 1 if its columns are.
        """
        lowest = self._lowest(product, own, axis)
        hits_H = np.flatnonzero(product >= (lowest[:, None] if axis == 0 else lowest))
        if len(hits_H):
            places = np.divmod(hits_H, product.shape[1])
            self._merge(own + places[axis], other + places[1 - axis], product.reshape(-1)[hits_H])

    def _lowest(self, product: np.ndarray, own: int, axis: int) -> np.ndarray:
        lowest = self.similarity_NK[own : own + product.shape[axis], -1]
        if np.isneginf(lowest).any():
            return np.maximum(lowest, _lower_bound(product, self.index_NK.shape[1], axis))
        return lowest

    def _merge(self, own_H: np.ndarray, index_H: np.ndarray, similarity_H: np.ndarray) -> None:
        changed = np.unique(own_H)
        there = self.index_NK[changed] != MISSING
        own = np.concatenate([own_H, np.repeat(changed, there.sum(axis=1))])
        index = np.concatenate([index_H, self.index_NK[changed][there]])
        similarity = np.concatenate([similarity_H, self.similarity_NK[changed][there]])
        order = _best_first(own, similarity, index)
        own, first = own[order], np.searchsorted(own[order], changed)
        rank = np.arange(len(own)) - np.repeat(first, np.diff(np.append(first, len(own))))
        kept = rank < self.index_NK.shape[1]
        place = own[kept], rank[kept]
        self.similarity_NK[place] = similarity[order[kept]]
        self.index_NK[place] = index[order[kept]]


def _best_first(own: np.ndarray, similarity: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Sort by rising `own`, then falling similarity, then rising index.

    Sorting 64-bit keys of row and similarity bits is several times faster than sorting by three
    keys, which is only needed if similarities are equal.
    """
    bits = (similarity + np.float32(0)).view(np.int32)  # + 0 turns -0.0 into 0.0
    rising = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
    key = (own.astype(np.int64) << 32) - rising
    order = np.argsort(key)
    if (np.diff(key[order]) == 0).any():
        return np.lexsort((index, -similarity, own))
    return order


def _lower_bound(product: np.ndarray, k: int, axis: int) -> np.ndarray:
    """A lower bound of the k-th best of each query: entries below it need no sorting.

    It is the k-th largest of the maxima of 64 groups of entries.
    """
    entries = product.shape[1 - axis]
    if k > _GROUPS or entries < _GROUPS:
        return np.full(product.shape[axis], -np.inf, np.float32)
    whole = entries // _GROUPS * _GROUPS
    if axis == 0:
        largest = product[:, :whole].reshape(len(product), -1, _GROUPS).max(axis=1)
    else:
        largest = product[:whole].reshape(_GROUPS, -1, product.shape[1]).max(axis=1)
    return np.partition(largest, -k, axis=1 - axis).take(-k, axis=1 - axis)
