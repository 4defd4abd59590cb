"""Vectors on a grid, so that a cosine is the same number however it is summed up.

Components are whole multiples of 2^-12. The product of two is a multiple of 2^-24 and, where both
vectors are no longer than 1, so is every partial sum, none above 1: float32 holds each of them
exactly. So shards, blocks, threads, libraries and machines give the same bits, and a rerun the same
bytes. The price is a rounding of about 1e-4 in a cosine; the gain, besides, is half the memory.

Shape letters: N sentences, D width.
"""

import numpy as np

STEPS = 1 << 12  # of the grid, between 0 and 1
MAX_WIDTH = 4096  # of a vector, above which rounding would cost more than 1.6 % of its length


def to_grid(vector_ND: np.ndarray) -> np.ndarray:
    """Rounds vectors, whatever their length, as directions.

    Args:
        vector_ND: floating point [N, D].

    Returns:
        int16 [N, D], components in steps; a vector of zeros stays one.

    Raises:
        ValueError: a component is not finite, or D above MAX_WIDTH.
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
    """Cosines, float32, of dot products of vectors in steps; -inf stays."""
    return (product / np.float32(_length(width) ** 2 * STEPS**2)).astype(np.float32)


def _length(width: int) -> float:
    """What vectors are shortened to: rounding adds at most half a step in each component."""
    return 1 - np.sqrt(width) / (2 * STEPS)
