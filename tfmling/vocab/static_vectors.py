"""One vector a piece, trained on text alone: fastText (Bojanowski et al. 2017) as gensim has it.

Shapes: N pieces, E width of the static vectors.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tfmling.core import extras
from tfmling.core.config import ConfigError
from tfmling.vocab.settings import StaticVectors

if TYPE_CHECKING:
    from gensim.models import FastText


class PieceVectors:
    """Skip-gram vectors with character n-grams, of the pieces that sentences are cut into.

    Args:
        sentences: the pieces of each sentence.
        settings: width, window, epochs and which pieces are too rare.
        seed: of initial values and samples; with it the vectors are the same again.

    Raises:
        MissingPackageError: gensim is not installed (extra `focus`).
        ConfigError: no piece occurs often enough.
    """

    def __init__(self, sentences: Sequence[Sequence[str]], settings: StaticVectors, seed: int):
        counts = Counter(piece for sentence in sentences for piece in sentence)
        if max(counts.values(), default=0) < settings.min_count:
            raise ConfigError(
                f"embedding_init: no piece occurs {settings.min_count} times in {len(sentences):,} "
                "sentences; give more text or lower vectors.min_count"
            )
        self._model = _train(sentences, settings, seed)

    def known(self, pieces: Sequence[str]) -> list[int]:
        """The positions of the pieces that the sentences hold often enough."""
        known = self._model.wv.key_to_index
        return [position for position, piece in enumerate(pieces) if piece in known]

    def __call__(self, pieces: Sequence[str]) -> np.ndarray:
        """Vectors [N, E] float32 of length one, of pieces that are `known`."""
        return np.stack([self._model.wv.get_vector(piece, norm=True) for piece in pieces])


def _train(sentences: Sequence[Sequence[str]], settings: StaticVectors, seed: int) -> "FastText":
    return extras.load("gensim.models", "focus").FastText(
        sentences=sentences,
        vector_size=settings.dim,
        window=settings.window,
        epochs=settings.epochs,
        min_count=settings.min_count,
        sg=1,
        workers=1,  # more would train in another order every time
        seed=seed,
    )
