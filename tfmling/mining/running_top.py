"""The K best of each row, kept while blocks of similarities pass by.

Most of a block is below what is already kept: one comparison with the running threshold leaves a
few entries, and only these are sorted. Johnson, Douze and Jegou (2017), "Billion-scale similarity
search with GPUs", section 4, select in the same way.

Equal similarities are ordered by rising index, so that the order in which blocks come, and their
size, changes nothing.

Shape letters: N rows that look for neighbours, K neighbours of each, H entries that hit.
"""

import numpy as np

NOTHING = -1  # the index where fewer than K were offered; its similarity is -inf
_GROUPS = 64  # of a first block; see `_sure_bound`


class RunningTop:
    """The K best that each of N rows was offered, the best first.

    Attributes:
        similarity_NK: float32, -inf where nothing was offered.
        index_NK: int64, NOTHING where nothing was offered.
    """

    def __init__(self, count: int, k: int):
        self.similarity_NK = np.full((count, k), -np.inf, np.float32)
        self.index_NK = np.full((count, k), NOTHING, np.int64)

    def offer(self, product: np.ndarray, own: int, other: int, axis: int) -> None:
        """Takes the entries of a block that belong to the K best so far.

        Args:
            product: float32 similarities, C-contiguous.
            own: the number, here, of the block's first row (or column).
            other: the index of the first of those that are offered.
            axis: 0 where the rows of `product` look for neighbours, 1 where its columns do.
        """
        lowest = self._lowest(product, own, axis)
        hits_H = np.flatnonzero(product >= (lowest[:, None] if axis == 0 else lowest))
        if len(hits_H):
            places = np.divmod(hits_H, product.shape[1])
            self._merge(own + places[axis], other + places[1 - axis], product.reshape(-1)[hits_H])

    def _lowest(self, product: np.ndarray, own: int, axis: int) -> np.ndarray:
        lowest = self.similarity_NK[own : own + product.shape[axis], -1]
        if np.isneginf(lowest).any():
            return np.maximum(lowest, _sure_bound(product, self.index_NK.shape[1], axis))
        return lowest

    def _merge(self, own_H: np.ndarray, index_H: np.ndarray, similarity_H: np.ndarray) -> None:
        changed = np.unique(own_H)
        there = self.index_NK[changed] != NOTHING
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
    """Orders by rising `own`, then falling similarity, then rising index.

    One sort of 64-bit numbers, which have the row above and the similarity's bits below, is several
    times faster than one by three keys; that one is left for where similarities are equal.
    """
    bits = (similarity + np.float32(0)).view(np.int32)  # + 0 makes -0.0 to 0.0
    rising = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
    key = (own.astype(np.int64) << 32) - rising
    order = np.argsort(key)
    if (np.diff(key[order]) == 0).any():
        return np.lexsort((index, -similarity, own))
    return order


def _sure_bound(product: np.ndarray, k: int, axis: int) -> np.ndarray:
    """What the k-th best of each row (or column) surely reaches: no entry below it need be sorted.

    The largest of each of 64 groups are 64 entries, so their k-th largest is such a bound.
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
