"""An encoder with its vocabulary: load, encode, save.

Shapes: N sentences, E width of the sentence vectors.
"""

import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from tfmling.api.data import DataError, as_list
from tfmling.conversion import encoder_folder
from tfmling.conversion.hugging_face_hub import download_if_remote
from tfmling.core import config, outputs
from tfmling.core.text_encoding import is_encodable
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.modeling.encoder import Encoder
from tfmling.text.normalize import normalize as clean


class SaveEncoder(config.Settings):
    """Settings of `SentenceEncoder.save`, whose name is in the manifest.

    Example:
        >>> SaveEncoder(output="runs/sw").output
        'runs/sw'
    """

    output: config.LocalOutputPath
    """The folder of the encoder."""


class SentenceEncoder:
    """Maps sentences to vectors.

    Args:
        network: the network with its vocabulary and pooling.

    Attributes:
        network: the Keras model.

    Example:
        >>> sentences = SentenceEncoder(encoder)
        >>> sentences.encode(["a b", "c"], show_progress=False).shape
        (2, 16)
    """

    def __init__(self, network: Encoder):
        self.network = network
        self._embedders: dict[bool, KerasEmbedder] = {}

    @property
    def embedding_dim(self) -> int:
        """E, the width of the vectors."""
        return self.network.embedding_dim

    @property
    def max_length(self) -> int:
        """Pieces that it reads of a sentence, special pieces included."""
        return self.network.max_text_length

    @property
    def vocabulary_size(self) -> int:
        """Number of pieces."""
        return len(self.network.vocabulary)

    def __repr__(self) -> str:
        return (
            f"SentenceEncoder({self.vocabulary_size:,} pieces, {self.embedding_dim} dimensions, "
            f"{self.network.pooling} pooling, at most {self.max_length} pieces per sentence)"
        )

    def encode(
        self,
        sentences: str | Iterable[str],
        batch_size: int = 64,
        prompt: str | None = None,
        normalize: bool = True,
        show_progress: bool = True,
    ) -> np.ndarray:
        """Encode sentences.

        Args:
            sentences: any number of sentences, or a single one.
            batch_size: sentences per call of the network.
            prompt: text to put before each sentence, such as "query: " for E5; None for none.
            normalize: whether to scale the vectors to length 1.
            show_progress: whether to show a progress bar.

        Returns:
            float32 [N, E] in the order of `sentences`; [E] for a single one.

        Raises:
            TypeError: an item is not a string.
            DataError: `batch_size` is less than 1, an item is no valid Unicode, or `sentences` are
                a set or no collection.
        """
        if isinstance(sentences, str):
            return self.encode([sentences], batch_size, prompt, normalize, show_progress)[0]
        if batch_size < 1:
            raise DataError(f"batch_size: expected at least 1, got {batch_size}")
        own = as_list(sentences, "sentences")
        for number, sentence in enumerate(own):
            if not isinstance(sentence, str):
                raise TypeError(f"sentences[{number}]: expected a string, got {sentence!r}")
            if not is_encodable(sentence):
                raise DataError(f"sentences[{number}]: expected text, got {sentence!r}")
        embedder = self._embedder(normalize)
        embedder.batch_size = batch_size
        texts = [clean((prompt or "") + sentence) for sentence in own]
        return embedder.encode(texts, progress="encoding" if show_progress else None)

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the encoder to a folder that `load_encoder` and all commands read.

        An encoder that was saved there before is replaced.

        Args:
            folder: a local one, new or empty.

        Raises:
            ConfigError: the folder is remote, holds something else, or cannot be written.

        Example:
            >>> SentenceEncoder(encoder).save("saved")
            >>> load_encoder("saved").vocabulary_size == len(encoder.vocabulary)
            True
        """
        values = {"output": os.fspath(folder)}
        with outputs.publish(config.build(SaveEncoder, values, "save")) as temporary:
            encoder_folder.save_encoder(self.network, temporary)

    def _embedder(self, normalize: bool) -> KerasEmbedder:
        if normalize not in self._embedders:
            self._embedders[normalize] = KerasEmbedder(self.network, normalize=normalize)
        return self._embedders[normalize]


def check_encoder(encoder: Any) -> None:
    """Raise TypeError if a value, such as a path, is no encoder of `load_encoder`.

    Example:
        >>> check_encoder("runs/sw")
        Traceback (most recent call last):
            ...
        TypeError: encoder: expected the result of tfmling.load_encoder, got 'runs/sw'
    """
    if not isinstance(encoder, SentenceEncoder):
        raise TypeError(f"encoder: expected the result of tfmling.load_encoder, got {encoder!r}")


def load_encoder(path: str | os.PathLike[str], *, dtype: str = "float32") -> SentenceEncoder:
    """Load an encoder.

    Args:
        path: a folder of tfmling, Hugging Face, sentence-transformers or KerasHub (BERT, XLM-R), or
            `hf://owner/name`, which is downloaded from the Hugging Face Hub once and kept in its
            cache; `hf://owner/name@revision` names a branch, tag or commit.
        dtype: `float32`, or `bfloat16` for bfloat16 arithmetic over float32 variables.

    Raises:
        FileNotFoundError: there is no encoder.
        UnsupportedLayoutError: the folder holds one that is not supported.
        ValueError: an unknown `dtype`.
        HubError: it cannot be downloaded.

    Example:
        >>> SentenceEncoder(encoder).save("saved")
        >>> load_encoder("saved").embedding_dim
        16
    """
    folder = download_if_remote(os.path.expanduser(os.fspath(path)))
    return SentenceEncoder(encoder_folder.load_encoder(folder, dtype=dtype))
