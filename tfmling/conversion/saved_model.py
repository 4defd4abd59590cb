"""Loading SavedModels, whose damage TensorFlow reports in many ways."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from tfmling.core.errors import reading
from tfmling.core.plain_paths import plain_path


def load_saved_model(folder: str) -> Any:
    """Loads a SavedModel.

    Raises:
        UnreadableError: the folder, and the first line of what TensorFlow says.
    """
    with reading(folder, "a SavedModel"), _without_warnings():
        return tf.saved_model.load(plain_path(folder))


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """TensorFlow prints a traceback for a fingerprint that it cannot read and does not need."""
    logger = logging.getLogger("absl")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
