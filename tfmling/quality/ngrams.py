"""Hashed character n-grams of a batch of texts, for all texts at once.

The hashing trick (Weinberger et al. 2009): an n-gram is known by its bucket only, so no vocabulary
is kept. The hash is a polynomial of the code points, extended by one character for each order, and
mixed by the finaliser of SplitMix64 (Steele, Lea and Flood 2014); it is the same on every machine.

Shapes: C characters of all texts (see `characters`), G n-grams of all texts.
"""

import numpy as np

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def hash_ngrams(
    code_C: np.ndarray, text_C: np.ndarray, max_order: int, bits: int
) -> tuple[np.ndarray, np.ndarray]:
    """Buckets of all n-grams of 1 to `max_order` characters within a text.

    Args:
        code_C: code points, uint32.
        text_C: the number of the text of each.
        max_order: the longest n-gram.
        bits: there are 2 ** bits buckets.

    Returns:
        Buckets int32 [G], and the number of the text of each int32 [G].
    """
    code_C = code_C.astype(np.uint64)
    state: np.ndarray = np.zeros(len(code_C), np.uint64)
    buckets, texts = [], []
    for order in range(1, max_order + 1):
        ends = max(len(code_C) - order + 1, 0)  # n-grams that begin before the last order - 1
        state = state[:ends] * _BASE + code_C[order - 1 :]  # modulo 2 ** 64
        within = text_C[:ends] == text_C[order - 1 :]
        buckets.append(_mix(state[within], bits))
        texts.append(text_C[:ends][within])
    return np.concatenate(buckets), np.concatenate(texts)


def _mix(state: np.ndarray, bits: int) -> np.ndarray:
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(64 - bits)).astype(np.int32)
