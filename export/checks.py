"""Checks and folders that all exports share."""

import contextlib
import tempfile
from collections.abc import Iterator

from tfmling.core import config, files
from tfmling.modeling.encoder import Encoder


def resolve_max_length(max_length: int | None, encoder: Encoder) -> int:
    """The number of pieces that an export reads of a text; None means as many as the encoder.

    Raises:
        ConfigError: if the encoder reads fewer.

    Example:
        >>> resolve_max_length(None, encoder), resolve_max_length(16, encoder)
        (32, 16)
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
    """Raise ConfigError if the encoder's vectors have fewer than `truncate_dim` dimensions.

    Example:
        >>> check_truncate_dim(16, encoder)
        >>> check_truncate_dim(17, encoder)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        ConfigError: truncate_dim: expected at most 16, the width of the sentence vectors, got 17
    """
    if truncate_dim is not None and truncate_dim > encoder.embedding_dim:
        raise config.ConfigError(
            f"truncate_dim: expected at most {encoder.embedding_dim}, the width of the sentence "
            f"vectors, got {truncate_dim}"
        )


@contextlib.contextmanager
def local_folder(folder: str) -> Iterator[str]:
    """Yield a local folder; its files are copied to `folder` at the end if that is remote.

    Example:
        >>> with local_folder(folder) as local:
        ...     local == folder
        True
    """
    if not files.is_remote(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory() as local:
        yield local
        system, root = files.filesystem(folder)
        system.put(f"{local}/", root, recursive=True)
