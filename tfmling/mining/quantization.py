"""Fixed-point vectors, whose cosines do not depend on the order of summation.

Components are multiples of 2^-12, so products are multiples of 2^-24. If both vectors have length 1
at most, so are all partial sums, and none exceeds 1: float32 represents them exactly. Therefore
shards, blocks, threads, libraries and machines all give the same bits. The cost is a rounding error
of about 1e-4 in a cosine; the vectors also take half the memory.

Shape letters: N sentences, D width.
"""

import numpy as np

STEPS = 1 << 12  # between 0 and 1
MAX_WIDTH = 4096  # of a vector; beyond it, rounding would cost more than 1.6 % of its length


def quantize(vector_ND: np.ndarray) -> np.ndarray:
    """Normalize vectors and round them to fixed-point numbers.

    Args:
        vector_ND: floating point [N, D].

    Returns:
        int16 [N, D], components in steps of 2^-12; zero vectors stay zero.

    Raises:
        ValueError: a component is not finite, or D exceeds MAX_WIDTH.

    Example:
        >>> quantize(np.array([[0.0, 2.0]])).tolist()  # slightly below 4096, for rounding
        [[0, 4095]]
    """
    if not np.isfinite(vector_ND).all():
        row = int(np.argwhere(~np.isfinite(vector_ND))[0, 0])
        raise ValueError(f"expected finite vectors, got NaN or infinity in row {row}")
    width = vector_ND.shape[1]
    if width > MAX_WIDTH:
        raise ValueError(f"expected vectors of at most {MAX_WIDTH} components, got {width}")
    exact_ND = vector_ND.astype(np.float64)
    norm_N1 = np.linalg.norm(exact_ND, axis=1, keepdims=True)
    scaled_ND = exact_ND * (_length(width) * STEPS / np.maximum(norm_N1, 1e-30))
    return np.rint(scaled_ND).astype(np.int16)


def cosines(product: np.ndarray, width: int) -> np.ndarray:
    """Convert dot products of quantized vectors to cosines, float32; -inf is preserved.

    Example:
        >>> vectors = quantize(np.array([[3.0, 4.0], [4.0, 3.0]])).astype(np.float32)
        >>> print(cosines(vectors @ vectors.T, width=2).round(2))
        [[1.   0.96]
         [0.96 1.  ]]
    """
    return (product / np.float32(_length(width) ** 2 * STEPS**2)).astype(np.float32)


def _length(width: int) -> float:
    """The length of vectors before rounding, which adds at most half a step per component."""
    return 1 - np.sqrt(width) / (2 * STEPS)
