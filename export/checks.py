"""Checks and folders that all exports share."""

import contextlib
import tempfile
from collections.abc import Iterator

from tfmling.core import config, files
from tfmling.modeling.encoder import Encoder


def text_length(max_length: int | None, encoder: Encoder) -> int:
    """The number of pieces that an export reads of a text; None means as many as the encoder.

    Raises:
        ConfigError: if the encoder reads fewer.
    """
    if max_length is None:
        return encoder.max_text_length
    if max_length > encoder.max_text_length:
        raise config.ConfigError(
            f"max_length: expected at most {encoder.max_text_length}, the pieces that the encoder "
            f"reads of a text ({encoder.max_sequence_length} positions), got {max_length}"
        )
    return max_length


def check_truncate_dim(truncate_dim: int | None, encoder: Encoder) -> None:
    """Raise ConfigError if the encoder's vectors have fewer than `truncate_dim` dimensions."""
    if truncate_dim is not None and truncate_dim > encoder.embedding_dim:
        raise config.ConfigError(
            f"truncate_dim: expected at most {encoder.embedding_dim}, the width of the sentence "
            f"vectors, got {truncate_dim}"
        )


@contextlib.contextmanager
def local_folder(folder: str) -> Iterator[str]:
    """Yield a local folder; its files are copied to `folder` at the end if that is remote."""
    if not files.is_remote(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory() as local:
        yield local
        system, root = files.filesystem(folder)
        system.put(f"{local}/", root, recursive=True)
