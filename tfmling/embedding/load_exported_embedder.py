"""Load exported models; this module and its backends need neither Keras nor KerasHub."""

import functools
from typing import Any

from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.embedding.embedder import Embedder
from tfmling.embedding.model_files import LITERT_CONFIG, ONNX_CONFIG, find_saved_model


def is_exported_model(folder: str) -> bool:
    """Whether a folder holds a SavedModel, a LiteRT or an ONNX model.

    Example:
        >>> is_exported_model(folder)
        False
        >>> files.write_text("saved_model.pb", "")
        >>> is_exported_model(folder)
        True
    """
    configs = (files.join(folder, name) for name in (LITERT_CONFIG, ONNX_CONFIG))
    return any(map(files.exists, configs)) or find_saved_model(folder) is not None


def load_exported_embedder(path: str, batch_size: int = 64) -> Embedder:
    """Load an exported sentence encoder with the backend that its files need.

    Args:
        path: a folder that `export_tfhub`, `export_onnx` or `export_lite` wrote, or any SavedModel
            from strings to vectors; `package:name/folder` is a folder in an installed package.
        batch_size: sentences per call of the model.

    Raises:
        FileNotFoundError: if the folder holds no exported model.

    Example:
        >>> load_exported_embedder(folder)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        MissingFileError: expected an exported sentence encoder; found none
    """
    folder = files.resolve_package(path)
    # imported here: each backend imports TensorFlow
    if files.exists(files.join(folder, LITERT_CONFIG)):
        from tfmling.embedding.litert_embedder import LiteRTEmbedder

        return LiteRTEmbedder(folder, batch_size)
    if files.exists(files.join(folder, ONNX_CONFIG)):
        from tfmling.embedding.onnx_embedder import OnnxEmbedder

        return OnnxEmbedder(folder, batch_size)
    if (saved_model := find_saved_model(folder)) is not None:
        from tfmling.embedding.saved_model_embedder import SavedModelEmbedder

        return SavedModelEmbedder(saved_model, batch_size)
    raise MissingFileError(
        f"{path}: expected an exported sentence encoder (a folder with saved_model.pb, or one "
        "that export_tfhub, export_onnx or export_lite wrote); found none"
    )


def cached_exported_embedder(path: str, batch_size: int = 64) -> Embedder:
    """`load_exported_embedder` for filters and classifiers; cached while the files stay equal.

    Example:
        >>> cached_exported_embedder(folder)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        MissingFileError: expected an exported sentence encoder; found none
    """
    return _load_once(path, batch_size, manifest.state_of(files.resolve_package(path)))


@functools.lru_cache(maxsize=8)
def _load_once(path: str, batch_size: int, state: tuple[Any, ...]) -> Embedder:
    del state  # only part of the cache key
    return load_exported_embedder(path, batch_size)
