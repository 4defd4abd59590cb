"""Translation ranking: additive-margin softmax with in-batch negatives (LaBSE, 2007.01852).

Optionally at several widths, so that embeddings can be truncated (Matryoshka, 2205.13147).

Shapes: B pairs on this replica, G pairs over all replicas, S sentences of a pair (source, target,
then hard negatives of the source), K hard negatives of a source, M = G x K, D width.
"""

from collections.abc import Mapping

import keras
import tensorflow as tf

from tfmling.modeling.pooling import truncate_vectors
from tfmling.objectives.objective import Metrics
from tfmling.objectives.replicas import gather_rows, num_replicas
from tfmling.objectives.scale import LearnedScale
from tfmling.objectives.sentence_features import MISSING
from tfmling.objectives.settings import Ranking

MASKED = -1e6  # added to the cosine of a masked column


class TranslationRanking(keras.layers.Layer):
    """Bidirectional additive-margin softmax with in-batch negatives from all replicas.

    With cosines c, the logit of pair (i, j) is scale * (c[i, j] - margin * [i = j]), where scale is
    the inverse temperature. The loss is the mean cross-entropy from source to target plus that from
    target to source; sources also see the hard negatives of all sources. False negatives
    (duplicates of the query or its target) are masked.

    With `matryoshka_dims`, the weighted losses of truncated vectors are added: their first d
    dimensions, normalized again (Kusupati et al. 2022, section 3). Whole vectors have weight 1.

    Computed in float32: with scale 100, bfloat16 rounding would shift logits by up to 0.4.

    Args:
        settings: margin, scale, masking.
        step: global step, for a margin warm-up; None applies the full margin.
        matryoshka_dims: weight of the loss by width.

    Example:
        >>> from tfmling.objectives.settings import Ranking
        >>> vectors = tf.constant([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])
        >>> keys = tf.constant([[0, 1], [2, 3]])
        >>> loss, metrics = TranslationRanking(Ranking(scale=100.0))(vectors, keys)
        >>> float(metrics["p_at_1"])
        1.0
    """

    def __init__(
        self,
        settings: Ranking,
        step: tf.Variable | None = None,
        matryoshka_dims: Mapping[int, float] | None = None,
    ):
        super().__init__(name="translation_ranking", dtype="float32")
        self.margin = settings.margin
        self.margin_warmup_steps = settings.margin_warmup_steps
        self.step = step
        bounds = settings.scale_bounds
        self.scale = LearnedScale(settings.scale, *bounds) if bounds else settings.scale
        self.mask_false_negatives = settings.mask_false_negatives
        # a tuple, because dictionaries tracked by Keras reject integer keys
        self.matryoshka_dims = tuple(sorted((matryoshka_dims or {}).items(), reverse=True))

    def call(self, vectors_BSD: tf.Tensor, keys_BS: tf.Tensor) -> tuple[tf.Tensor, Metrics]:
        """Compute the loss.

        Args:
            vectors_BSD: unit vectors, float32.
            keys_BS: int32; equal keys mean equal texts, `MISSING` no hard negative.

        Returns:
            This replica's shares of the loss and of P@1 from source to target: `p_at_1` of whole
            vectors, `p_at_1_64` of their first 64 dimensions, and so on.
        """
        loss, precision = self._both_directions(vectors_BSD, keys_BS)
        metrics = {"p_at_1": precision}
        for dim, weight in self.matryoshka_dims:
            own_loss, precision = self._both_directions(truncate_vectors(vectors_BSD, dim), keys_BS)
            loss += weight * own_loss
            metrics[f"p_at_1_{dim}"] = precision
        return loss, metrics

    def _both_directions(
        self, vectors_BSD: tf.Tensor, keys_BS: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        hard = _gather_hard_negatives(vectors_BSD[:, 2:], keys_BS[:, 2:])
        source, target = ((vectors_BSD[:, s], keys_BS[:, s]) for s in (0, 1))
        forward, precision = self._one_direction(source, target, hard)
        backward, _ = self._one_direction(target, source, None)
        return forward + backward, precision

    def schedules(self) -> Metrics:
        """This replica's shares of `scale` and `margin`, if they change during training."""
        changing: Metrics = {}
        if isinstance(self.scale, LearnedScale):
            changing["scale"] = self.scale.value() / num_replicas()
        if self.margin_warmup_steps:
            changing["margin"] = self._current_margin() / num_replicas()
        return changing

    def _current_margin(self) -> tf.Tensor:
        """The margin after linear warm-up from 0, float32 scalar."""
        if self.step is None or not self.margin_warmup_steps:
            return tf.constant(self.margin, tf.float32)
        done = tf.cast(self.step, tf.float32) / self.margin_warmup_steps
        return self.margin * tf.minimum(done, 1.0)

    def _one_direction(
        self,
        query: tuple[tf.Tensor, tf.Tensor],
        target: tuple[tf.Tensor, tf.Tensor],
        hard: tuple[tf.Tensor, tf.Tensor] | None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Shares of loss and P@1; each argument is a pair (vectors, keys)."""
        (query_BD, query_key_B), (target_BD, target_key_B) = query, target
        targets_GD, first = gather_rows(target_BD)
        target_index_B = first + tf.range(tf.shape(query_BD)[0])
        is_target_BG = tf.one_hot(target_index_B, tf.shape(targets_GD)[0], dtype=tf.float32)
        cosines_BG = tf.matmul(query_BD, targets_GD, transpose_b=True)
        if self.mask_false_negatives:
            is_false_BG = tf.cast(_find_duplicates(query_key_B, target_key_B), tf.float32)
            cosines_BG += MASKED * is_false_BG * (1.0 - is_target_BG)
        logits = cosines_BG - self._current_margin() * is_target_BG
        if hard is not None:
            hard_BM = self._hard_cosines(query_BD, query_key_B, target_key_B, *hard)
            logits = tf.concat([logits, hard_BM], axis=1)
        scaled = self.scale(logits) if isinstance(self.scale, LearnedScale) else self.scale * logits
        losses_B = tf.nn.sparse_softmax_cross_entropy_with_logits(target_index_B, scaled)
        nearest_B = tf.argmax(cosines_BG, axis=1, output_type=tf.int32)
        correct_B = tf.cast(nearest_B == target_index_B, tf.float32)
        global_size = tf.cast(tf.shape(targets_GD)[0], tf.float32)
        return tf.reduce_sum(losses_B) / global_size, tf.reduce_sum(correct_B) / global_size

    def _hard_cosines(
        self,
        query_BD: tf.Tensor,
        query_key_B: tf.Tensor,
        target_key_B: tf.Tensor,
        hard_MD: tf.Tensor,
        hard_key_M: tf.Tensor,
    ) -> tf.Tensor:
        is_masked_BM = tf.broadcast_to(
            hard_key_M[tf.newaxis] == MISSING, [tf.shape(query_BD)[0], tf.shape(hard_key_M)[0]]
        )
        if self.mask_false_negatives:
            is_masked_BM |= _equal(query_key_B, hard_key_M) | _equal(target_key_B, hard_key_M)
        cosines_BM = tf.matmul(query_BD, hard_MD, transpose_b=True)
        return cosines_BM + MASKED * tf.cast(is_masked_BM, tf.float32)


def _gather_hard_negatives(
    vectors_BKD: tf.Tensor, keys_BK: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor] | None:
    """Vectors [M, D] and keys [M] of all replicas' hard negatives; None if K is 0."""
    if keys_BK.shape[1] == 0:
        return None
    vectors_MD, _ = gather_rows(tf.reshape(vectors_BKD, [-1, vectors_BKD.shape[-1]]))
    keys_M, _ = gather_rows(tf.reshape(keys_BK, [-1]))
    return vectors_MD, keys_M


def _find_duplicates(query_key_B: tf.Tensor, target_key_B: tf.Tensor) -> tf.Tensor:
    """Which targets are false negatives of which queries, bool [B, G].

    Bitext has repetitions: several translations of one source, several sources of one translation,
    copied names and numbers. Pushing those apart would undo what the loss has just learned. Target
    g is a false negative of query b if its text equals b's target, if its query equals b (another
    translation of b), or if its text equals b (a copy, with the same vector).
    """
    query_key_G, _ = gather_rows(query_key_B)
    target_key_G, _ = gather_rows(target_key_B)
    return (
        _equal(target_key_B, target_key_G)
        | _equal(query_key_B, query_key_G)
        | _equal(query_key_B, target_key_G)
    )


def _equal(key_B: tf.Tensor, key_G: tf.Tensor) -> tf.Tensor:
    return key_B[:, tf.newaxis] == key_G[tf.newaxis, :]
