"""An exported sentence encoder (a SavedModel from strings to vectors) as an embedder of lists.

Shapes: N sentences, D width.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tensorflow_text  # noqa: F401  registers the operations of the tokenizer
from tqdm import tqdm


class ExportedModel:
    """Embeds with a SavedModel that takes strings.

    Args:
        folder: the SavedModel.
        batch_size: sentences of one call.
    """

    def __init__(self, folder: str, batch_size: int = 64):
        self._model = tf.saved_model.load(folder)
        self._batch_size = batch_size

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """L2-normalised vectors float32 [N, D], in the order of `texts`.

        `progress` names the bar that is shown; None shows none.
        """
        # Sentences of about one length together: a batch is as long as its longest.
        order = np.argsort([len(text) for text in texts], kind="stable")
        vectors = [self._embed([])]  # [0, D]: there is a width also where there is no text
        with tqdm(total=len(texts), desc=progress, disable=progress is None) as bar:
            for start in range(0, len(order), self._batch_size):
                batch = order[start : start + self._batch_size]
                vectors.append(self._embed([texts[number] for number in batch]))
                bar.update(len(batch))
        return np.concatenate(vectors)[np.argsort(order, kind="stable")]

    def _embed(self, texts: list[str]) -> np.ndarray:
        return self._model(tf.constant(texts, tf.string, [len(texts)])).numpy()
