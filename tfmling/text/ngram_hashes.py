"""Hashes of n-grams of many texts at once: the same in every process, on every machine.

A unit's hash is 64 bits of BLAKE2b, an n-gram's a polynomial of its units' hashes modulo 2^64.
Shapes: U units of all texts, G n-grams.
"""

import functools
import hashlib
import itertools
from collections.abc import Sequence

import numpy as np

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd: 2^64 divided by the golden ratio


def hash_ngrams(texts: Sequence[Sequence[str]], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Hashes all runs of n units; none crosses from one text to the next.

    Args:
        texts: the units of each text.
        n: their number in an n-gram.

    Returns:
        The hashes, uint64 [G], and the numbers of the texts that they are of, int64 [G].
    """
    units_U = _hashes(texts)
    lengths = [len(units) for units in texts]
    text_U = np.repeat(np.arange(len(texts)), lengths)
    count = max(len(units_U) - n + 1, 0)
    hashes_G = np.zeros(count, np.uint64)
    for offset in range(n):
        hashes_G = hashes_G * _MULTIPLIER + units_U[offset : offset + count]
    within_G = text_U[:count] == text_U[n - 1 :]
    return hashes_G[within_G], text_U[:count][within_G]


def _hashes(texts: Sequence[Sequence[str]]) -> np.ndarray:
    return np.fromiter(map(_hash, itertools.chain.from_iterable(texts)), np.uint64)


@functools.lru_cache(maxsize=1 << 16)
def _hash(unit: str) -> int:
    return int.from_bytes(hashlib.blake2b(unit.encode(), digest_size=8).digest(), "little")
