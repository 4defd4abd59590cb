"""An encoder whose states are written down: one piece a word, one vector a word and layer."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tfmling.alignment.contextual import WordVectors

Vectors = Callable[[str], np.ndarray]


class MadeEncoder:
    """Probes ask it as they ask an encoder folder.

    Args:
        layers: for each layer, what gives the vector of a word.
    """

    def __init__(self, *layers: Vectors):
        self._vectors = layers
        self.layers = tuple(range(1, len(layers) + 1))

    def words(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[WordVectors, ...]]:
        for sentence in sentences:
            words = [word for text in sentence for word in text.split()]
            numbers = np.repeat(np.arange(len(sentence)), [len(text.split()) for text in sentence])
            yield tuple(
                WordVectors(np.stack([vector(word) for word in words]).astype(np.float32), numbers)
                for vector in self._vectors
            )

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        states = self.words([[text] for text in texts])
        return np.stack([[layer.vector.mean(axis=0) for layer in own] for own in states], axis=1)


def random_vectors(seed: int, width: int = 8) -> Vectors:
    """A vector of its own for every word."""
    known: dict[str, np.ndarray] = {}
    draw = np.random.default_rng(seed)

    def vector(word: str) -> np.ndarray:
        if word not in known:
            known[word] = draw.normal(size=width)
        return known[word]

    return vector
