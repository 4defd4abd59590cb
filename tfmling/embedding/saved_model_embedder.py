"""Backend for a SavedModel that maps strings to vectors."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tensorflow_text  # noqa: F401  registers the operations of the tokenizer

from tfmling.conversion.load_saved_model import load_saved_model
from tfmling.core import manifest
from tfmling.core.errors import UnreadableError
from tfmling.embedding.embedder import Embedder


class SavedModelEmbedder(Embedder):
    """Encodes sentences with a SavedModel.

    Args:
        folder: the SavedModel.
        batch_size: sentences per call.

    Raises:
        UnreadableError: if the SavedModel cannot be loaded or does not map strings to vectors.
        DamagedError: if the folder does not match its manifest.

    Example:
        >>> class Lengths(tf.Module):
        ...     @tf.function(input_signature=[tf.TensorSpec([None], tf.string)], autograph=False)
        ...     def __call__(self, texts):
        ...         return tf.cast(tf.strings.length(texts), tf.float32)[:, tf.newaxis]
        >>> tf.saved_model.save(Lengths(), folder)
        >>> SavedModelEmbedder(folder).encode(["four", "a"]).tolist()
        [[4.0], [1.0]]
    """

    def __init__(self, folder: str, batch_size: int = 64):
        manifest.verify_once(folder)
        self._model = load_saved_model(folder)
        super().__init__(self._measure_width(folder), batch_size)

    def _measure_width(self, folder: str) -> int:
        try:
            width = self._encode_batch([]).shape[1]
        except (TypeError, ValueError, AttributeError, IndexError, tf.errors.OpError):
            width = None  # it does not map strings to vectors
        if width is None:
            raise UnreadableError(
                f"{folder}: expected a SavedModel from strings to vectors, such as the folder "
                "sentence_encoder in an output of export_tfhub; found one that takes or gives "
                "something else"
            )
        return width

    def is_truncated(self, sentences: Sequence[str]) -> np.ndarray | None:
        """Which sentences are longer than the model's input, bool [N].

        None if the SavedModel has no such function: another project wrote it.
        """
        if not hasattr(self._model, "is_truncated"):
            return None
        return self._model.is_truncated(tf.constant(list(sentences), tf.string)).numpy()

    def _encode_batch(self, sentences: list[str]) -> np.ndarray:
        return self._model(tf.constant(sentences, tf.string, [len(sentences)])).numpy()
