"""Links from the similarities of all source and target vectors of one pair; no network here.

Shapes: X source vectors, Y target vectors, D width.
"""

import numpy as np


def cosine(source_XD: np.ndarray, target_YD: np.ndarray) -> np.ndarray:
    """Cosines [X, Y]; 0 where a vector is zero."""
    return _unit(source_XD) @ _unit(target_YD).T


def dot(source_XD: np.ndarray, target_YD: np.ndarray) -> np.ndarray:
    """Dot products [X, Y]."""
    return source_XD @ target_YD.T


def _unit(vector_XD: np.ndarray) -> np.ndarray:
    norm_X1 = np.linalg.norm(vector_XD, axis=1, keepdims=True)
    return vector_XD / np.where(norm_X1 > 0, norm_X1, 1.0)


def mutual_argmax(similarity_XY: np.ndarray) -> np.ndarray:
    """bool [X, Y]: each is the other's most similar; of equal ones the first.

    Jalili Sabet et al. (2020), "SimAlign: High Quality Word Alignments Without Parallel Training
    Data", section 2.1, Argmax.
    """
    links_XY = np.zeros(similarity_XY.shape, bool)
    if similarity_XY.size:
        best_X, best_Y = similarity_XY.argmax(axis=1), similarity_XY.argmax(axis=0)
        mutual = np.flatnonzero(np.equal(best_Y[best_X], np.arange(len(best_X))))
        links_XY[mutual, best_X[mutual]] = True
    return links_XY


def itermax(similarity_XY: np.ndarray, iterations: int, discount: float) -> np.ndarray:
    """bool [X, Y]: Argmax, repeated for what has no link yet.

    Jalili Sabet et al. (2020), section 2.1, Itermax (their algorithm 1): before each further Argmax
    the similarity is kept where neither vector has a link, multiplied with `discount` where one
    has, and zero where both have. Similarities are moved to 0..1 first, (1 + s) / 2, so that a
    discount makes each one smaller. (The released program, simalign 0.4, stops where all vectors of
    one side have links, or where it has two or fewer; here the others may still join them.)

    Args:
        similarity_XY: cosines.
        iterations: of Argmax, at least 1; the paper's is 2.
        discount: α; the paper's is 0.9.
    """
    positive_XY = (1 + similarity_XY) / 2
    links_XY = mutual_argmax(positive_XY)
    for _ in range(iterations - 1):
        linked_X = np.logical_or.reduce(links_XY, axis=1)
        linked_Y = np.logical_or.reduce(links_XY, axis=0)
        either_XY = linked_X[:, None] | linked_Y[None, :]
        both_XY = linked_X[:, None] & linked_Y[None, :]
        factor_XY = np.where(both_XY, 0.0, np.where(either_XY, discount, 1.0))
        links_XY |= mutual_argmax(positive_XY * factor_XY) & ~both_XY
    return links_XY


def softmax_links(similarity_XY: np.ndarray, threshold: float) -> np.ndarray:
    """bool [X, Y]: probable in both directions.

    Dou and Neubig (2021), "Word Alignment by Fine-tuning Embeddings on Parallel Corpora", section
    2.1: softmax over the target vectors of each source vector, and the other way round; both must
    exceed `threshold`.

    Args:
        similarity_XY: dot products.
        threshold: c; the paper's is 0.001.
    """
    if not similarity_XY.size:
        return np.zeros(similarity_XY.shape, bool)
    forward_XY = _softmax(similarity_XY, axis=1)
    backward_XY = _softmax(similarity_XY, axis=0)
    return (forward_XY > threshold) & (backward_XY > threshold)


def _softmax(similarity_XY: np.ndarray, axis: int) -> np.ndarray:
    weight_XY = np.exp(similarity_XY - similarity_XY.max(axis=axis, keepdims=True))
    return weight_XY / weight_XY.sum(axis=axis, keepdims=True)
