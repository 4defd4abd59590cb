"""Additive-margin softmax over all translations in the global batch (LaBSE, 2007.01852, section 2).

Shapes: B pairs on this replica, G pairs over all replicas, S sentences of a pair (source, target,
then hard negatives of the source), K hard negatives of a source, D width.
"""

import keras
import tensorflow as tf

from tfmling.objectives.duplicates import same_sentence
from tfmling.objectives.margin import Margin
from tfmling.objectives.objective import Metrics
from tfmling.objectives.replicas import gather_rows, num_replicas
from tfmling.objectives.scale import FixedScale, LearnedScale
from tfmling.objectives.settings import Ranking
from tfmling.objectives.sides import ABSENT

MASKED = -1e6  # a cosine that softmax does not see


class TranslationRanking(keras.layers.Layer):
    """Each sentence must find its own translation among those of every replica, both ways.

    With cosines c, the logit of pair (i, j) is scale * (c[i, j] - margin * [i = j]); the loss is
    the mean cross-entropy source to target plus the same target to source. A source also
    sees the hard negatives of all sources. Columns that are no negatives are left out
    (`tfmling.objectives.duplicates`). Everything here is float32, whatever the encoder computes in:
    at a scale of 100 a bfloat16 cosine would be 0.4 away from its logit.

    Args:
        settings: margin, scale, duplicates.
        step: counts the training's steps, for a scheduled margin.
    """

    def __init__(self, settings: Ranking, step: tf.Variable | None = None):
        super().__init__(name="translation_ranking", dtype="float32")
        self.margin = Margin(settings.margin, settings.margin_warmup_steps, step)
        self.scale = (
            LearnedScale(settings.scale, *settings.scale_bounds)
            if settings.scale_bounds
            else FixedScale(settings.scale)
        )
        self.mask_false_negatives = settings.mask_false_negatives

    def call(self, vectors_BSD: tf.Tensor, keys_BS: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """This replica's share of the loss, and of the share of sources that found their target.

        Args:
            vectors_BSD: float32 vectors of length one.
            keys_BS: int32; equal keys mean equal texts. `ABSENT` where there is no hard negative.
        """
        hard = _gather_hard(vectors_BSD[:, 2:], keys_BS[:, 2:])
        source, target = ((vectors_BSD[:, s], keys_BS[:, s]) for s in (0, 1))
        forward, found = self._one_way(source, target, hard)
        backward, _ = self._one_way(target, source, None)
        return forward + backward, found

    def state(self) -> Metrics:
        """This replica's share of `scale` and `margin`, where they change."""
        changing: Metrics = {}
        if isinstance(self.scale, LearnedScale):
            changing["scale"] = self.scale.number() / num_replicas()
        if self.margin.warmup_steps:
            changing["margin"] = self.margin() / num_replicas()
        return changing

    def _one_way(
        self,
        query: tuple[tf.Tensor, tf.Tensor],
        answer: tuple[tf.Tensor, tf.Tensor],
        hard: tuple[tf.Tensor, tf.Tensor] | None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        (query_BD, query_key_B), (answer_BD, answer_key_B) = query, answer
        answers_GD, first = gather_rows(answer_BD)
        right_B = first + tf.range(tf.shape(query_BD)[0])
        is_right_BG = tf.one_hot(right_B, tf.shape(answers_GD)[0], dtype=tf.float32)
        cosines_BG = tf.matmul(query_BD, answers_GD, transpose_b=True)
        if self.mask_false_negatives:
            same_BG = tf.cast(_duplicates(query_key_B, answer_key_B), tf.float32)
            cosines_BG += MASKED * same_BG * (1.0 - is_right_BG)
        logits_BM = cosines_BG - self.margin() * is_right_BG
        if hard is not None:
            hard_BM = self._hard_cosines(query_BD, query_key_B, answer_key_B, *hard)
            logits_BM = tf.concat([logits_BM, hard_BM], axis=1)
        losses_B = tf.nn.sparse_softmax_cross_entropy_with_logits(right_B, self.scale(logits_BM))
        found_B = tf.cast(
            tf.argmax(cosines_BG, axis=1, output_type=tf.int32) == right_B, tf.float32
        )
        global_size = tf.cast(tf.shape(answers_GD)[0], tf.float32)
        return tf.reduce_sum(losses_B) / global_size, tf.reduce_sum(found_B) / global_size

    def _hard_cosines(
        self,
        query_BD: tf.Tensor,
        query_key_B: tf.Tensor,
        answer_key_B: tf.Tensor,
        hard_MD: tf.Tensor,
        hard_key_M: tf.Tensor,
    ) -> tf.Tensor:
        left_out_BM = tf.broadcast_to(
            hard_key_M[tf.newaxis] == ABSENT, [tf.shape(query_BD)[0], tf.shape(hard_key_M)[0]]
        )
        if self.mask_false_negatives:
            left_out_BM |= query_key_B[:, tf.newaxis] == hard_key_M[tf.newaxis]
            left_out_BM |= answer_key_B[:, tf.newaxis] == hard_key_M[tf.newaxis]
        cosines_BM = tf.matmul(query_BD, hard_MD, transpose_b=True)
        return cosines_BM + MASKED * tf.cast(left_out_BM, tf.float32)


def _gather_hard(vectors_BKD: tf.Tensor, keys_BK: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor] | None:
    """The hard negatives of all replicas, [G * K, D] and their keys; None where K is 0."""
    if keys_BK.shape[1] == 0:
        return None
    vectors_MD, _ = gather_rows(tf.reshape(vectors_BKD, [-1, vectors_BKD.shape[-1]]))
    keys_M, _ = gather_rows(tf.reshape(keys_BK, [-1]))
    return vectors_MD, keys_M


def _duplicates(query_key_B: tf.Tensor, answer_key_B: tf.Tensor) -> tf.Tensor:
    query_key_G, _ = gather_rows(query_key_B)
    answer_key_G, _ = gather_rows(answer_key_B)
    return same_sentence(query_key_B, answer_key_B, query_key_G, answer_key_G)
