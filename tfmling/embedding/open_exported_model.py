"""An exported sentence encoder, loaded once per process; the first load imports TensorFlow."""

import functools
from collections.abc import Callable, Sequence

import numpy as np

from tfmling.core import files
from tfmling.core.errors import MissingFileError
from tfmling.embedding.find_model import find_exported_model

# Texts to L2-normalized vectors float32 [N, D]
SentenceEmbedder = Callable[[Sequence[str]], np.ndarray]


@functools.cache
def open_exported_model(model: str, batch_size: int) -> SentenceEmbedder:
    """Loads an exported sentence encoder.

    Raises:
        FileNotFoundError: there is no SavedModel.
    """
    folder = find_exported_model(files.resolve_package(model))
    if folder is None:
        raise MissingFileError(
            f"{model}: expected an exported sentence encoder (a folder with saved_model.pb, or one "
            "that export_tfhub wrote); found none"
        )
    from tfmling.embedding.exported_model import ExportedModel

    return ExportedModel(folder, batch_size)
