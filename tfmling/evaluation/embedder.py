"""A model by its folder: whatever it is, strings go in and vectors come out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from tfmling import files
from tfmling.evaluation.lite_model import LiteModel, is_lite_model
from tfmling.mining.exported_model import ExportedModel
from tfmling.mining.find_model import find_exported_model
from tfmling.modeling.embed_text import TextEmbedder
from tfmling.modeling.encoder_folder import load_encoder


class Embedder(Protocol):
    """Texts to L2-normalised float32 vectors [N, D]; `progress` names a bar, None shows none."""

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """Embeds."""


def open_embedder(folder: str, max_length: int, batch_size: int) -> Embedder:
    """Loads a model.

    Args:
        folder: an encoder folder (ours, Hugging Face, KerasHub), a SavedModel from strings to
            vectors, or a folder that `export_tfhub` or `export_lite` wrote.
        max_length: pieces that an encoder reads of a sentence; a SavedModel has its own limit.
        batch_size: sentences of one call.
    """
    if is_lite_model(folder):
        return LiteModel(folder)
    exported = find_exported_model(files.resolve_package(folder))
    if exported is not None:
        return ExportedModel(exported, batch_size)
    return TextEmbedder(load_encoder(folder), max_length=max_length, batch_size=batch_size)
