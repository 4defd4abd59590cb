"""Word links from the hidden states of any encoder, given as arrays.

Shapes: X pieces of a sentence, D width.
"""

import dataclasses

import numpy as np

from tfmling.alignment.links import Link
from tfmling.alignment.settings import ArgmaxLinks, ContextualSettings, ItermaxLinks
from tfmling.alignment.similarity_links import (
    cosine,
    dot,
    itermax,
    mutual_argmax,
    softmax_links,
)


@dataclasses.dataclass(frozen=True)
class WordVectors:
    """The vectors of a sentence's pieces.

    Attributes:
        vector: float32 [X, D].
        word: int64 [X], the word that each piece is part of, from 0, never falling.
    """

    vector: np.ndarray
    word: np.ndarray

    def means(self) -> "WordVectors":
        """One vector for each word that has pieces: the mean of theirs."""
        words, of_X = np.unique(self.word, return_inverse=True)
        total = np.zeros((len(words), self.vector.shape[1]), self.vector.dtype)
        np.add.at(total, of_X, self.vector)
        return WordVectors(total / np.bincount(of_X, minlength=len(words))[:, None], words)


class ContextualAligner:
    """Links the words of a pair by the similarity of their pieces, or of their mean vectors.

    Two words are linked if any of their pieces are (Jalili Sabet et al. 2020, section 2; Dou and
    Neubig 2021, section 2.1).
    """

    def __init__(self, settings: ContextualSettings):
        self._settings = settings

    def __call__(self, source: WordVectors, target: WordVectors) -> frozenset[Link]:
        """The links of one pair."""
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
