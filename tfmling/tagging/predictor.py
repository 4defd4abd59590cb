"""Labels of rows from a tagger in memory."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmling.tagging.batches import ordered_batches
from tfmling.tagging.rows import Row
from tfmling.tagging.settings import TaggingInputs
from tfmling.tagging.tagger import Tagger


class Predictor:
    """Runs a tagger over rows, the long ones together, with its weights as they are.

    Args:
        tagger: may be trained on between two calls.
        inputs: how large a batch is.
    """

    def __init__(self, tagger: Tagger, inputs: TaggingInputs):
        self._inputs = inputs
        self._predict = tf.function(tagger.predict, reduce_retracing=True)

    def __call__(self, rows: Sequence[Row]) -> list[np.ndarray]:
        """What `Tagger.predict` gives for each row, in the order of rows."""
        order = np.argsort([len(row["input_word_ids"]) for row in rows], kind="stable")
        found: list[np.ndarray] = []
        for count, batch in ordered_batches([rows[n] for n in order], self._inputs):
            tensors = {name: tf.constant(array) for name, array in batch.items()}
            found.extend(self._predict(tensors).numpy()[:count])
        places = np.argsort(order, kind="stable")
        return [found[place] for place in places]
