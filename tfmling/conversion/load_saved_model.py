"""Load SavedModels, with one error for all kinds of damage."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from tfmling.core.errors import reading
from tfmling.core.plain_paths import plain_path


def load_saved_model(folder: str) -> Any:
    """Load a SavedModel.

    Raises:
        UnreadableError: names the folder, with the first line of TensorFlow's message.

    Example:
        >>> tf.saved_model.save(tf.train.Checkpoint(scale=tf.Variable(2.0)), folder)
        >>> float(load_saved_model(folder).scale)
        2.0
    """
    with reading(folder, "a SavedModel"), _without_warnings():
        return tf.saved_model.load(plain_path(folder))


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """Silence TensorFlow's traceback for an unreadable fingerprint, which it does not need."""
    logger = logging.getLogger("absl")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
