"""Word alignment from the hidden states of an encoder, given as arrays.

Shapes: X source and Y target pieces (or words) of one pair, D width.
"""

import dataclasses

import numpy as np

from tfmling.alignment.links import Link
from tfmling.alignment.settings import ArgmaxLinks, ContextualSettings, ItermaxLinks


@dataclasses.dataclass(frozen=True)
class WordVectors:
    """The vectors of a sentence's pieces.

    Attributes:
        vector: float32 [X, D].
        word: int64 [X], the word that each piece belongs to, from 0, ascending.

    Example:
        >>> pieces = np.array([[1.0, 0.0], [3.0, 0.0], [0.0, 5.0]])
        >>> WordVectors(pieces, word=np.array([0, 0, 1])).means().vector.tolist()
        [[2.0, 0.0], [0.0, 5.0]]
    """

    vector: np.ndarray
    word: np.ndarray

    def means(self) -> "WordVectors":
        """One vector per word: the mean of its pieces."""
        words, of_X = np.unique(self.word, return_inverse=True)
        total = np.zeros((len(words), self.vector.shape[1]), self.vector.dtype)
        np.add.at(total, of_X, self.vector)
        return WordVectors(total / np.bincount(of_X, minlength=len(words))[:, None], words)


class ContextualAligner:
    """Link words of a sentence pair by the similarity of their pieces or mean vectors.

    Two words are linked if any of their pieces are (Jalili Sabet et al. 2020, section 2; Dou and
    Neubig 2021, section 2.1).

    Example:
        >>> settings = ContextualSettings(kind="contextual", encoder=folder)
        >>> mbwa_mkubwa = WordVectors(np.array([[1.0, 0.0], [0.0, 1.0]]), word=np.array([0, 1]))
        >>> big_dog = WordVectors(np.array([[0.0, 1.0], [1.0, 0.0]]), word=np.array([0, 1]))
        >>> sorted(ContextualAligner(settings)(mbwa_mkubwa, big_dog))
        [(0, 1), (1, 0)]
    """

    def __init__(self, settings: ContextualSettings):
        self._settings = settings

    def __call__(self, source: WordVectors, target: WordVectors) -> frozenset[Link]:
        """Return the links of one pair."""
        if self._settings.unit == "words":
            source, target = source.means(), target.means()
        links_XY = self._links(source.vector, target.vector)
        x, y = np.nonzero(links_XY)
        return frozenset(zip(source.word[x].tolist(), target.word[y].tolist(), strict=True))

    def _links(self, source_XD: np.ndarray, target_YD: np.ndarray) -> np.ndarray:
        links = self._settings.links
        if isinstance(links, ArgmaxLinks):
            return mutual_argmax(cosine(source_XD, target_YD))
        if isinstance(links, ItermaxLinks):
            return itermax(cosine(source_XD, target_YD), links.iterations, links.discount)
        return softmax_links(dot(source_XD, target_YD), links.threshold)


def cosine(source_XD: np.ndarray, target_YD: np.ndarray) -> np.ndarray:
    """Cosines [X, Y]; 0 for zero vectors.

    Example:
        >>> cosine(np.array([[2.0, 0.0]]), np.array([[3.0, 0.0]])).tolist()
        [[1.0]]
    """
    return _unit(source_XD) @ _unit(target_YD).T


def dot(source_XD: np.ndarray, target_YD: np.ndarray) -> np.ndarray:
    """Dot products [X, Y].

    Example:
        >>> dot(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])).tolist()
        [[11.0]]
    """
    return source_XD @ target_YD.T


def _unit(vectors_XD: np.ndarray) -> np.ndarray:
    norm_X1 = np.linalg.norm(vectors_XD, axis=1, keepdims=True)
    return vectors_XD / np.where(norm_X1 > 0, norm_X1, 1.0)


def mutual_argmax(similarity_XY: np.ndarray) -> np.ndarray:
    """Link vectors that are each other's most similar, bool [X, Y]; ties go to the first.

    Jalili Sabet et al. (2020), "SimAlign: High Quality Word Alignments Without Parallel Training
    Data", section 2.1, Argmax.

    Example:
        >>> mutual_argmax(np.array([[0.9, 0.8], [0.7, 0.1]])).tolist()
        [[True, False], [False, False]]
    """
    links_XY = np.zeros(similarity_XY.shape, bool)
    if similarity_XY.size:
        best_X, best_Y = similarity_XY.argmax(axis=1), similarity_XY.argmax(axis=0)
        mutual = np.flatnonzero(np.equal(best_Y[best_X], np.arange(len(best_X))))
        links_XY[mutual, best_X[mutual]] = True
    return links_XY


def itermax(similarity_XY: np.ndarray, iterations: int, discount: float) -> np.ndarray:
    """Apply Argmax repeatedly to vectors without links, bool [X, Y].

    Jalili Sabet et al. (2020), section 2.1, Itermax (algorithm 1): before each further Argmax, a
    similarity is multiplied by `discount` if one of its vectors has a link, and set to zero if both
    have. Similarities are first mapped to 0..1 by (1 + s) / 2, so that a discount always lowers
    them. (The released program, simalign 0.4, stops when all vectors of one side have links, or if
    there are two or fewer; here the others may still be linked.)

    Args:
        similarity_XY: cosines.
        iterations: number of Argmax steps, at least 1; 2 in the paper.
        discount: α; 0.9 in the paper.

    Example:
        >>> itermax(np.array([[0.9, 0.8]]), iterations=1, discount=0.9).tolist()
        [[True, False]]
        >>> itermax(np.array([[0.9, 0.8]]), iterations=2, discount=0.9).tolist()
        [[True, True]]
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
    """Link vectors that are probable in both directions, bool [X, Y].

    Dou and Neubig (2021), "Word Alignment by Fine-tuning Embeddings on Parallel Corpora", section
    2.1: the softmax over target vectors and the softmax over source vectors must both exceed
    `threshold`.

    Args:
        similarity_XY: dot products.
        threshold: c; 0.001 in the paper.

    Example:
        >>> softmax_links(np.array([[9.0, 0.0], [0.0, 9.0]]), threshold=0.5).tolist()
        [[True, False], [False, True]]
    """
    if not similarity_XY.size:
        return np.zeros(similarity_XY.shape, bool)
    forward_XY = _softmax(similarity_XY, axis=1)
    backward_XY = _softmax(similarity_XY, axis=0)
    return (forward_XY > threshold) & (backward_XY > threshold)


def _softmax(similarity_XY: np.ndarray, axis: int) -> np.ndarray:
    weight_XY = np.exp(similarity_XY - similarity_XY.max(axis=axis, keepdims=True))
    return weight_XY / weight_XY.sum(axis=axis, keepdims=True)
