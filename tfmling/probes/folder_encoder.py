"""An encoder folder for probes, with a cache of sentence vectors."""

from collections.abc import Iterator, Sequence

import numpy as np

from tfmling.alignment.contextual import WordVectors
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.word_states import WordStates
from tfmling.modeling.encoder import Encoder


class FolderEncoder:
    """Loads the encoder once, and again for each training; caches the vectors of sentences.

    Args:
        folder: an encoder folder.
        max_length: pieces read per sentence; None: as many as the encoder reads.
        batch_size: sentences per batch.

    Attributes:
        layers: their numbers, from 1.
        max_sequence_length: maximum pieces per row of a training.

    Example:
        >>> from tfmling.conversion.encoder_folder import save_encoder
        >>> save_encoder(encoder, folder)
        >>> found = FolderEncoder(folder)
        >>> found.cut("ab"), found.sentences(["a b", "c"]).shape  # 2 layers of width 16
        (['a', '##b'], (2, 2, 16))
    """

    def __init__(self, folder: str, max_length: int | None = None, batch_size: int = 32):
        self._folder = folder
        encoder = load_encoder(folder)
        self._cut = encoder.vocabulary.tokenize
        self._states = WordStates(encoder, None, max_length, batch_size)
        self._sentences: dict[tuple[str, ...], np.ndarray] = {}
        self.layers = self._states.layers
        self.max_sequence_length = encoder.max_sequence_length

    @property
    def lengths(self) -> dict[str, int]:
        """Number of sentences so far, and of truncated ones."""
        return {"read": self._states.sentences, "truncated": self._states.truncated}

    def words(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[WordVectors, ...]]:
        """Yield the states of the pieces of each sentence by layer, without [CLS] and [SEP]."""
        return self._states(sentences)

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        """Return the mean of each text's states, float32 [layers, N, D]; see `words`.

        Raises:
            CorpusError: a text has no piece.
        """
        key = tuple(texts)
        if key not in self._sentences:
            states = self._states([[text] for text in texts], "sentences")
            found = [_means(text, layers) for text, layers in zip(texts, states, strict=True)]
            self._sentences[key] = np.stack(found, axis=1)
        return self._sentences[key]

    def cut(self, word: str) -> list[str]:
        """Return the pieces of a word."""
        return self._cut(word)

    def load(self) -> Encoder:
        """Load a copy for training."""
        return load_encoder(self._folder)


def _means(text: str, layers: Sequence[WordVectors]) -> np.ndarray:
    """[layers, D]."""
    if not len(layers[0].vector):
        raise CorpusError(
            f"expected sentences of at least one piece, got {text!r}, which has none; leave that "
            "line out on all sides"
        )
    return np.stack([layer.vector.mean(axis=0) for layer in layers])
