"""Additive-margin softmax over all translations in the global batch (LaBSE, 2007.01852, section 2).

Shapes: B pairs on this replica, G pairs over all replicas, D width.
"""

import keras
import tensorflow as tf

from tfmling.objectives.duplicates import same_sentence
from tfmling.objectives.replicas import gather_rows

FAR = -1e6  # a cosine that softmax does not see


class TranslationRanking(keras.layers.Layer):
    """Each sentence must find its own translation among those of every replica, both ways.

    With cosines c, the logit of pair (i, j) is scale * (c[i, j] - margin * [i = j]); the loss is
    the mean cross-entropy source to target plus the same target to source. Columns that
    are no negatives are left out (`tfmling.objectives.duplicates`), unless `mask_duplicates` is
    False.
    """

    def __init__(self, margin: float, scale: float, mask_duplicates: bool = True):
        super().__init__(name="translation_ranking", dtype="float32")
        self.margin = margin
        self.scale_factor = scale
        self.mask_duplicates = mask_duplicates

    def call(
        self,
        source_BD: tf.Tensor,
        target_BD: tf.Tensor,
        source_key_B: tf.Tensor,
        target_key_B: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """This replica's share of the loss, and of the share of sources that found their target.

        Args:
            source_BD: float32 vectors of length one.
            target_BD: the same for their translations.
            source_key_B: int32; equal keys mean equal texts.
            target_key_B: the same for the translations.
        """
        forward, found = self._one_way(source_BD, target_BD, source_key_B, target_key_B)
        backward, _ = self._one_way(target_BD, source_BD, target_key_B, source_key_B)
        return forward + backward, found

    def _one_way(
        self,
        query_BD: tf.Tensor,
        answer_BD: tf.Tensor,
        query_key_B: tf.Tensor,
        answer_key_B: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        answers_GD, first = gather_rows(answer_BD)
        right_B = first + tf.range(tf.shape(query_BD)[0])
        is_right_BG = tf.one_hot(right_B, tf.shape(answers_GD)[0], dtype=tf.float32)
        cosines_BG = tf.matmul(query_BD, answers_GD, transpose_b=True)
        if self.mask_duplicates:
            same_BG = _duplicates(query_key_B, answer_key_B)
            cosines_BG += FAR * same_BG * (1.0 - is_right_BG)
        logits_BG = self.scale_factor * (cosines_BG - self.margin * is_right_BG)
        losses_B = tf.nn.sparse_softmax_cross_entropy_with_logits(right_B, logits_BG)
        found_B = tf.cast(
            tf.argmax(cosines_BG, axis=1, output_type=tf.int32) == right_B, tf.float32
        )
        global_size = tf.cast(tf.shape(answers_GD)[0], tf.float32)
        return tf.reduce_sum(losses_B) / global_size, tf.reduce_sum(found_B) / global_size


def _duplicates(query_key_B: tf.Tensor, answer_key_B: tf.Tensor) -> tf.Tensor:
    query_key_G, _ = gather_rows(query_key_B)
    answer_key_G, _ = gather_rows(answer_key_B)
    same_BG = same_sentence(query_key_B, answer_key_B, query_key_G, answer_key_G)
    return tf.cast(same_BG, tf.float32)
