"""An exported sentence encoder (a SavedModel from strings to vectors) as an embedder of lists.

Shapes: N sentences, D width.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tensorflow_text  # noqa: F401  registers the operations of the tokenizer

from tfmling.conversion.saved_model import load_saved_model
from tfmling.core import manifest
from tfmling.core.errors import UnreadableError
from tfmling.embedding.by_length import embed_by_length


class ExportedModel:
    """Embeds with a SavedModel that takes strings.

    Args:
        folder: the SavedModel.
        batch_size: sentences of one call.

    Raises:
        UnreadableError: the SavedModel cannot be loaded, or does not map strings to vectors.
        DamagedError: it is not what its manifest says.
    """

    def __init__(self, folder: str, batch_size: int = 64):
        manifest.verify_once(folder)
        self._model = load_saved_model(folder)
        self._batch_size = batch_size
        self._width = self._measured_width(folder)

    def _measured_width(self, folder: str) -> int:
        try:
            width = self._embed([]).shape[1]
        except (TypeError, ValueError, AttributeError, IndexError, tf.errors.OpError):
            width = None  # it takes no strings, or gives no vectors
        if width is None:
            raise UnreadableError(
                f"{folder}: expected a SavedModel from strings to vectors, such as the folder "
                "sentence_encoder in an output of export_tfhub; found one that takes or gives "
                "something else"
            )
        return width

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """L2-normalized vectors float32 [N, D], in the order of `texts`.

        `progress` names the bar that is shown; None shows none.
        """
        return embed_by_length(texts, self._embed, self._batch_size, self._width, progress)

    def is_truncated(self, texts: Sequence[str]) -> np.ndarray | None:
        """Which texts are longer than what is read of them, bool [N].

        None where the SavedModel does not say it: another project wrote it, or an older version of
        this one.
        """
        if not hasattr(self._model, "is_truncated"):
            return None
        return self._model.is_truncated(tf.constant(list(texts), tf.string)).numpy()

    def _embed(self, texts: list[str]) -> np.ndarray:
        return self._model(tf.constant(texts, tf.string, [len(texts)])).numpy()
