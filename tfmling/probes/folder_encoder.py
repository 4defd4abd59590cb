"""An encoder folder as probes see it; what several probes ask is worked out once."""

from collections.abc import Iterator, Sequence

import numpy as np

from tfmling.alignment.contextual import WordVectors
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.word_states import WordStates
from tfmling.modeling.encoder import Encoder


class FolderEncoder:
    """Loads the encoder once, and again for each training; keeps the vectors of sentences.

    Args:
        folder: an encoder folder.
        max_length: pieces that are read of a sentence; None: as many as the encoder reads.
        batch_size: sentences at a time.

    Attributes:
        layers: their numbers, from 1.
        max_sequence_length: the pieces that a row of a training may have.
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
        """How many sentences were read so far, and how many were longer than what is read."""
        return {"read": self._states.sentences, "truncated": self._states.truncated}

    def words(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[WordVectors, ...]]:
        """States of the pieces of each sentence's words, by layer, without [CLS] and [SEP]."""
        return self._states(sentences)

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        """The mean of each text's states without [CLS] and [SEP], float32 [layers, N, D].

        Raises:
            CorpusError: a text without a piece.
        """
        key = tuple(texts)
        if key not in self._sentences:
            states = self._states([[text] for text in texts], "sentences")
            found = [_means(text, layers) for text, layers in zip(texts, states, strict=True)]
            self._sentences[key] = np.stack(found, axis=1)
        return self._sentences[key]

    def cut(self, word: str) -> list[str]:
        """The pieces of a word."""
        return self._cut(word)

    def load(self) -> Encoder:
        """A copy that may be trained."""
        return load_encoder(self._folder)


def _means(text: str, layers: Sequence[WordVectors]) -> np.ndarray:
    """[layers, D]."""
    if not len(layers[0].vector):
        raise CorpusError(
            f"expected sentences of one piece or more, got {text!r}, of which the encoder reads "
            "none; leave that line out on all sides"
        )
    return np.stack([layer.vector.mean(axis=0) for layer in layers])
