"""Whether vectors use all directions, or crowd in one. N vectors, D width."""

import numpy as np


def mean_cosine(vector_ND: np.ndarray) -> float:
    """The mean cosine of two different vectors, -1 to 1; 0 where directions are uniform.

    Ethayarajh (2019), "How Contextual are Contextualized Word Representations?", section 3.2,
    there estimated from random pairs, here over all of them.

    Raises:
        ValueError: fewer than two vectors, or one of length zero.
    """
    norm_N1 = np.linalg.norm(vector_ND, axis=1, keepdims=True)
    if len(vector_ND) < 2 or not norm_N1.all():
        raise ValueError("expected two vectors or more, none of length zero")
    # |sum of unit vectors|² is the sum of all cosines, those with themselves among them
    total = np.square((vector_ND / norm_N1).sum(axis=0, dtype=np.float64)).sum()
    count = len(vector_ND)
    return float((total - count) / (count * (count - 1)))


def partition_isotropy(vector_ND: np.ndarray) -> float:
    """min Z(c) / max Z(c), 0 to 1, where Z(c) = Σ exp(c · v); 1 where all directions are alike.

    Mu and Viswanath (2018), "All-but-the-Top", section 2.2: c runs over the eigenvectors of V'V.
    Unlike theirs, also over their opposites, since the sign of an eigenvector is arbitrary.
    """
    _, eigenvectors_DD = np.linalg.eigh(vector_ND.T @ vector_ND)
    product_ND = vector_ND @ eigenvectors_DD
    both = np.concatenate([product_ND, -product_ND], axis=1)
    largest = both.max(axis=0)
    log_z = largest + np.log(np.exp(both - largest).sum(axis=0))
    return float(np.exp(log_z.min() - log_z.max()))
