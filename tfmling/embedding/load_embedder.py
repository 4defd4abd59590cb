"""Load any model as an embedder, by its folder."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfmling.conversion.encoder_folder import load_encoder, read_encoder_vocabulary
from tfmling.conversion.settings import Pooling
from tfmling.core import files
from tfmling.embedding.embedder import Embedder, ModelError
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.embedding.load_exported_embedder import is_exported_model, load_exported_embedder
from tfmling.text.normalize import normalize


def check_model_folder(path: str) -> None:
    """Check the small files of a model, so that a wrong folder fails before others are loaded.

    Raises:
        FileNotFoundError: if the folder holds no model.
        UnsupportedLayoutError: if it holds an encoder that is not supported.

    Example:
        >>> check_model_folder(folder)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        MissingFileError: config.json: no such file; expected an encoder folder of tfmling
    """
    folder = files.resolve_package(path)
    if not is_exported_model(folder):
        read_encoder_vocabulary(Path(folder))


def load_embedder(
    path: str,
    max_length: int | None = None,
    batch_size: int = 64,
    *,
    pooling: Pooling | None = None,
    truncate_dim: int | None = None,
) -> Embedder:
    """Load a model that normalizes sentences the way training text was normalized.

    Args:
        path: an encoder folder (ours, Hugging Face, sentence-transformers, KerasHub), a SavedModel
            from strings to vectors, or a folder that `export_tfhub`, `export_lite` or
            `export_onnx` wrote.
        max_length: pieces that an encoder reads of a sentence; None means as many as it can. An
            exported model has a limit of its own.
        batch_size: sentences per call of the model.
        pooling: replaces the pooling of an encoder folder; None keeps it.
        truncate_dim: keep only the first dimensions of each vector (Matryoshka); None keeps all.

    Raises:
        ModelError: if `pooling` is given for an exported model, or if `truncate_dim` is larger
            than the vectors.

    Example:
        >>> from tfmling.conversion.encoder_folder import save_encoder
        >>> save_encoder(encoder, folder)
        >>> load_embedder(folder, truncate_dim=4).encode(["a b", "c"]).shape
        (2, 4)
    """
    if is_exported_model(files.resolve_package(path)):
        if pooling is not None:
            raise ModelError(f"{path}: expected no `pooling`, an exported model has its own")
        return _PreparedEmbedder(load_exported_embedder(path, batch_size), truncate_dim)
    encoder = load_encoder(path)
    encoder.pooling = pooling or encoder.pooling
    return _PreparedEmbedder(KerasEmbedder(encoder, max_length, batch_size), truncate_dim)


class _PreparedEmbedder(Embedder):
    """Normalizes sentences before another embedder and truncates its vectors.

    Our tokenizers compose text themselves. `normalize` also removes characters that records never
    contain (control characters, soft hyphens, stray zero-width characters), and it composes text
    for models that other projects exported.
    """

    def __init__(self, embedder: Embedder, truncate_dim: int | None):
        if truncate_dim is not None and truncate_dim > embedder.embedding_dim:
            raise ModelError(
                f"truncate_dim: expected at most {embedder.embedding_dim}, the width of the "
                f"model's vectors, got {truncate_dim}"
            )
        super().__init__(truncate_dim or embedder.embedding_dim, embedder.batch_size)
        self._embedder = embedder
        self._truncate_dim = truncate_dim

    def encode(self, sentences: Sequence[str], progress: str | None = None) -> np.ndarray:
        vectors_ND = self._embedder.encode([normalize(text) for text in sentences], progress)
        if self._truncate_dim is None:
            return vectors_ND
        first_ND = vectors_ND[:, : self._truncate_dim]
        norm_N1 = np.linalg.norm(first_ND, axis=1, keepdims=True)
        return first_ND / np.maximum(norm_N1, np.finfo(np.float32).tiny)

    def is_truncated(self, sentences: Sequence[str]) -> np.ndarray | None:
        return self._embedder.is_truncated([normalize(text) for text in sentences])

    def _encode_batch(self, sentences: list[str]) -> np.ndarray:
        return self.encode(sentences)
