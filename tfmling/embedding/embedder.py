"""A model by its folder: whatever it is, strings go in and vectors come out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from tfmling.conversion.encoder_folder import check_encoder_folder, load_encoder
from tfmling.conversion.encoder_settings import Pooling
from tfmling.conversion.tensorflow1_checkpoint import is_tensorflow1_checkpoint
from tfmling.core import files
from tfmling.embedding.embed_text import TextEmbedder
from tfmling.embedding.exported_model import ExportedModel
from tfmling.embedding.find_model import find_exported_model
from tfmling.embedding.lite_model import LiteModel, is_lite_model
from tfmling.embedding.model_error import ModelError
from tfmling.embedding.model_source import ModelSource
from tfmling.embedding.onnx_model import OnnxModel, is_onnx_model
from tfmling.text.normalize import normalize


class Embedder(Protocol):
    """Texts to L2-normalized float32 vectors [N, D]; `progress` names a bar, None shows none."""

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """Embeds."""

    def is_truncated(self, texts: Sequence[str]) -> np.ndarray | None:
        """Which texts are longer than what the model reads, bool [N]; None: it does not say."""


def check_model(source: ModelSource) -> None:
    """Looks at the files of a model, so that a wrong folder is known before others are loaded.

    Raises:
        FileNotFoundError: no model lies there.
        UnsupportedLayoutError: an encoder that is not read here.
    """
    path = files.resolve_package(source.path)
    folder = Path(path)
    exported = is_lite_model(path) or is_onnx_model(path) or find_exported_model(path) is not None
    if not exported and not is_tensorflow1_checkpoint(folder):
        check_encoder_folder(folder)


def open_model(source: ModelSource, max_length: int | None, batch_size: int) -> Embedder:
    """Loads a model as its settings say; other arguments as `open_embedder`.

    Raises:
        ModelError: it has fewer dimensions than are to be kept, or its pooling is fixed.
    """
    embed = open_embedder(source.path, max_length, batch_size, source.pooling)
    return embed if source.dimensions is None else FirstDimensions(embed, source.dimensions)


def open_embedder(
    folder: str, max_length: int | None, batch_size: int, pooling: Pooling | None = None
) -> Embedder:
    """Loads a model, which gets texts in the form that training text has, see `NormalizedTexts`.

    Args:
        folder: an encoder folder (ours, Hugging Face, sentence-transformers, KerasHub), a
            SavedModel from strings to vectors, or what `export_tfhub`, `export_lite` or
            `export_onnx` wrote.
        max_length: pieces that an encoder reads of a sentence, None: as many as it can; an exported
            model has its own limit.
        batch_size: sentences of one call.
        pooling: replaces an encoder's own unless None.

    Raises:
        ModelError: an exported model, whose pooling is fixed, and another one is asked for.
    """
    exported = _open_exported(folder, batch_size)
    if exported is None:
        encoder = load_encoder(folder)
        encoder.pooling = pooling or encoder.pooling
        own = TextEmbedder(encoder, max_length=max_length, batch_size=batch_size)
        return NormalizedTexts(own)
    if pooling is not None:
        raise ModelError(f"{folder}: expected no `pooling`, an exported model has its own")
    return NormalizedTexts(exported)


def _open_exported(folder: str, batch_size: int) -> Embedder | None:
    if is_lite_model(folder):
        return LiteModel(folder)
    if is_onnx_model(folder):
        return OnnxModel(folder, batch_size)
    exported = find_exported_model(files.resolve_package(folder))
    return None if exported is None else ExportedModel(exported, batch_size)


class NormalizedTexts:
    """Another embedder behind `normalize`, which all text of records went through.

    Our own tokenizers compose text by themselves; this also cleans away what training text never
    held (control characters, soft hyphens, stray zero-width characters), and composes text for
    models that others exported.
    """

    def __init__(self, embed: Embedder):
        self._embed = embed

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """As the other embedder, of the normalized texts."""
        return self._embed([normalize(text) for text in texts], progress)

    def is_truncated(self, texts: Sequence[str]) -> np.ndarray | None:
        """As the other embedder, of the normalized texts."""
        return self._embed.is_truncated([normalize(text) for text in texts])


class FirstDimensions:
    """The first numbers of another embedder's vectors, of length one again (Matryoshka)."""

    def __init__(self, embed: Embedder, dimensions: int):
        self._embed = embed
        self._dimensions = dimensions

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """As the other embedder, [N, dimensions].

        Raises:
            ModelError: there are not so many.
        """
        vectors_ND = self._embed(texts, progress)
        if vectors_ND.shape[1] < self._dimensions:
            raise ModelError(
                f"dimensions: expected at most {vectors_ND.shape[1]}, the width of the model's "
                f"vectors, got {self._dimensions}"
            )
        first_ND = vectors_ND[:, : self._dimensions]
        norm_N1 = np.linalg.norm(first_ND, axis=1, keepdims=True)
        return first_ND / np.maximum(norm_N1, np.finfo(np.float32).tiny)

    def is_truncated(self, texts: Sequence[str]) -> np.ndarray | None:
        """As the other embedder."""
        return self._embed.is_truncated(texts)
