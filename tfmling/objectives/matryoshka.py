"""Ranking at several widths, so that embeddings can be truncated (Matryoshka, 2205.13147)."""

from collections.abc import Mapping

import keras
import tensorflow as tf

from tfmling.modeling.pooling import truncate_vectors
from tfmling.objectives.objective import Metrics
from tfmling.objectives.translation_ranking import TranslationRanking


class MatryoshkaRanking(keras.layers.Layer):
    """The sum of a ranking loss on whole vectors and weighted losses on truncated vectors.

    Truncated vectors are their first d dimensions, normalized again (Kusupati et al. 2022, section
    3).

    Args:
        ranking: compares vectors of any width.
        width: of whole vectors, whose loss has weight 1.
        matryoshka_dims: weight of the loss by width.

    Raises:
        ValueError: a width is not below `width`.

    Example:
        >>> from tfmling.objectives.settings import Ranking
        >>> ranking = MatryoshkaRanking(TranslationRanking(Ranking()), 4, {2: 0.5})
        >>> vectors = tf.math.l2_normalize(tf.ones([3, 2, 4]), axis=-1)
        >>> loss, metrics = ranking(vectors, tf.constant([[0, 1], [2, 3], [4, 5]]))
        >>> list(metrics)
        ['p_at_1', 'p_at_1_2']
    """

    def __init__(
        self, ranking: TranslationRanking, width: int, matryoshka_dims: Mapping[int, float]
    ):
        super().__init__(name="matryoshka", dtype="float32")
        if too_wide := [dim for dim in matryoshka_dims if not 0 < dim < width]:
            raise ValueError(
                f"matryoshka_dims: expected widths from 1 to {width - 1}, below the encoder's "
                f"{width}; got {too_wide}"
            )
        self.ranking = ranking
        self.width = width
        # a tuple, because dictionaries tracked by Keras reject integer keys
        self.weights_by_dim = tuple(sorted(matryoshka_dims.items(), reverse=True))

    def call(self, vectors_BSD: tf.Tensor, keys_BS: tf.Tensor) -> tuple[tf.Tensor, Metrics]:
        """Compute the loss; arguments and shares as in `TranslationRanking`.

        Returns:
            The loss; metrics `p_at_1` of whole vectors and `p_at_1_64` of their first 64
            dimensions, for each width.
        """
        loss, precision = self.ranking(vectors_BSD, keys_BS)
        metrics = {"p_at_1": precision}
        for dim, weight in self.weights_by_dim:
            own_loss, precision = self.ranking(truncate_vectors(vectors_BSD, dim), keys_BS)
            loss += weight * own_loss
            metrics[f"p_at_1_{dim}"] = precision
        return loss, metrics | self.ranking.schedules()
