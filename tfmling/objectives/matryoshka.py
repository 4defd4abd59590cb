"""Ranking at several widths at once, so that vectors can be cut (Matryoshka, 2205.13147).

Kusupati et al. (2022), section 3: the loss is the weighted sum of the losses of the first d numbers
of each vector, for some d, each with its length made one again.
"""

from collections.abc import Mapping

import keras
import tensorflow as tf

from tfmling.modeling.pooling import truncate
from tfmling.objectives.objective import Metrics
from tfmling.objectives.translation_ranking import TranslationRanking


class MatryoshkaRanking(keras.layers.Layer):
    """One ranking loss over whole vectors and over their first numbers.

    Args:
        ranking: compares vectors of any width.
        width: of the whole vectors, whose loss has the weight 1.
        weights: of the losses at smaller widths, by width.

    Raises:
        ValueError: a width that is not below `width`.
    """

    def __init__(self, ranking: TranslationRanking, width: int, weights: Mapping[int, float]):
        super().__init__(name="matryoshka", dtype="float32")
        if too_wide := [dimensions for dimensions in weights if not 0 < dimensions < width]:
            raise ValueError(
                f"dimensions: expected widths from 1 to {width - 1}, below the encoder's {width}; "
                f"got {too_wide}"
            )
        self.ranking = ranking
        self.width = width
        # widths are whole numbers, which Keras's own dictionaries refuse as keys
        self.parts = tuple(sorted(weights.items(), reverse=True))

    def call(self, vectors_BSD: tf.Tensor, keys_BS: tf.Tensor) -> tuple[tf.Tensor, Metrics]:
        """The weighted sum; `p_at_1` of whole vectors, `p_at_1_64` of their first 64 numbers.

        Arguments and shares as those of `TranslationRanking`.
        """
        loss, found = self.ranking(vectors_BSD, keys_BS)
        metrics = {"p_at_1": found}
        for dimensions, weight in self.parts:
            own, found = self.ranking(truncate(vectors_BSD, dimensions), keys_BS)
            loss += weight * own
            metrics[f"p_at_1_{dimensions}"] = found
        return loss, metrics | self.ranking.state()
