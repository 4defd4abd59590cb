"""A linear-chain conditional random field (CRF) with forbidden transitions.

Lafferty, McCallum and Pereira (2001); Lample et al. (2016), section 2.2, for labels of entities.
Shapes are static where the inputs' are, and all of it compiles with XLA.
Shape legend: B rows, W words, K labels.
"""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tfmling.corpora.annotated.schemes import Scheme, may_follow

FORBIDDEN = -1e4  # exp() of it is 0 in float32, and it stays finite


class Allowed(NamedTuple):
    """Labels that may start a sentence [K], follow each other [K, K] and end one [K]; bool.

    Example:
        >>> allowed = allowed_transitions(["O", "B-LOC", "I-LOC"], "IOB2")
        >>> allowed.between[0].tolist()  # after O
        [True, True, False]
    """

    start: np.ndarray
    between: np.ndarray
    end: np.ndarray


def allowed_transitions(labels: Sequence[str], scheme: Scheme | None) -> Allowed:
    """Return the transitions that a scheme allows; all without a scheme.

    Example:
        >>> allowed_transitions(["O", "B-PER", "I-PER"], "IOB2").start.tolist()
        [True, True, False]
    """
    if scheme is None:
        one_K = np.ones(len(labels), bool)
        return Allowed(one_K, one_K[:, None] & one_K, one_K)
    return Allowed(
        np.array([may_follow(None, label, scheme) for label in labels]),
        np.array([[may_follow(before, label, scheme) for label in labels] for before in labels]),
        np.array([may_follow(label, None, scheme) for label in labels]),
    )


class ConditionalRandomField(keras.layers.Layer):
    """Scores label sequences by emissions, transitions, and the labels at both ends.

    A row may be a window of a sentence: `borders` [B, 2], float32, is 1 if its first word starts
    the sentence and if its last word ends it, else 0; start and end scores count only where it is
    1. Padding is on the right.

    Args:
        allowed: see `allowed_transitions`.

    Example:
        >>> crf = ConditionalRandomField(allowed_transitions(["O", "B-PER", "I-PER"], "IOB2"))
        >>> emissions = tf.constant([[[0.0, 2.0, 3.0], [0.0, 1.0, 2.0]]])  # of two words
        >>> crf.decode(emissions, tf.ones([1, 2], tf.int32), tf.ones([1, 2])).numpy().tolist()
        [[1, 2]]
    """

    def __init__(self, allowed: Allowed):
        super().__init__(name="crf")
        self.allowed = allowed
        count = len(allowed.start)
        self.start = self.add_weight(shape=(count,), initializer="zeros", name="start")
        self.between = self.add_weight(shape=(count, count), initializer="zeros", name="between")
        self.end = self.add_weight(shape=(count,), initializer="zeros", name="end")
        self.built = True  # there is no call() from which Keras would infer it

    def log_likelihood(
        self,
        emission_BWK: tf.Tensor,
        mask_BW: tf.Tensor,
        borders_B2: tf.Tensor,
        label_BW: tf.Tensor,
    ) -> tf.Tensor:
        """Return the log-probability of labels, float32 [B].

        Args:
            emission_BWK: float32 scores of the labels of each word.
            mask_BW: 1 for words, 0 for padding.
            borders_B2: see the class.
            label_BW: int32; a negative label is unknown, and all labels are summed over.
        """
        own_BWK = tf.one_hot(label_BW, emission_BWK.shape[-1], on_value=0.0, off_value=FORBIDDEN)
        clamped_BWK = emission_BWK + tf.where(label_BW[..., None] >= 0, own_BWK, 0.0)
        of_labels_B = self.log_partition(clamped_BWK, mask_BW, borders_B2)
        return of_labels_B - self.log_partition(emission_BWK, mask_BW, borders_B2)

    def log_partition(
        self, emission_BWK: tf.Tensor, mask_BW: tf.Tensor, borders_B2: tf.Tensor
    ) -> tf.Tensor:
        """Return the log-sum-exp of the scores of all sequences, float32 [B].

        The forward algorithm; its gradients with respect to emissions are the marginals.
        """
        between_KK = self._scores(self.between, self.allowed.between)

        def step(score_BK: tf.Tensor, word: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
            emission_BK, moves_B = word
            reached_BK = tf.reduce_logsumexp(score_BK[:, :, None] + between_KK, axis=1)
            return tf.where(moves_B[:, None], reached_BK + emission_BK, score_BK)

        first_BK = self._first(emission_BWK, borders_B2)
        last_BK = tf.foldl(step, _words_first(emission_BWK, mask_BW), first_BK)
        return tf.reduce_logsumexp(last_BK + self._last(borders_B2), axis=1)

    def decode(
        self, emission_BWK: tf.Tensor, mask_BW: tf.Tensor, borders_B2: tf.Tensor
    ) -> tf.Tensor:
        """Return the best sequence of each row, int32 [B, W]; padding repeats the last label.

        The Viterbi algorithm.
        """
        between_KK = self._scores(self.between, self.allowed.between)
        first_BK = self._first(emission_BWK, borders_B2)
        stay_BK = tf.zeros_like(first_BK, tf.int32) + tf.range(tf.shape(first_BK)[1])

        def step(
            reached: tuple[tf.Tensor, tf.Tensor], word: tuple[tf.Tensor, tf.Tensor]
        ) -> tuple[tf.Tensor, tf.Tensor]:
            score_BK, _ = reached
            emission_BK, moves_B = word
            score_BKK = score_BK[:, :, None] + between_KK
            before_BK = tf.argmax(score_BKK, axis=1, output_type=tf.int32)
            moved_BK = tf.reduce_max(score_BKK, axis=1) + emission_BK
            moves_B1 = moves_B[:, None]
            return tf.where(moves_B1, moved_BK, score_BK), tf.where(moves_B1, before_BK, stay_BK)

        scores_WBK, before_WBK = tf.scan(
            step, _words_first(emission_BWK, mask_BW), (first_BK, stay_BK)
        )
        last_BK = scores_WBK[-1] + self._last(borders_B2)
        return _trace_back(before_WBK, tf.argmax(last_BK, axis=1, output_type=tf.int32))

    def _first(self, emission_BWK: tf.Tensor, borders_B2: tf.Tensor) -> tf.Tensor:
        start_K = self._scores(self.start, self.allowed.start)
        return emission_BWK[:, 0] + borders_B2[:, :1] * start_K

    def _last(self, borders_B2: tf.Tensor) -> tf.Tensor:
        return borders_B2[:, 1:] * self._scores(self.end, self.allowed.end)

    def _scores(self, weights: keras.Variable, allowed: np.ndarray) -> tf.Tensor:
        return tf.where(allowed, tf.convert_to_tensor(weights), FORBIDDEN)


def _words_first(emission_BWK: tf.Tensor, mask_BW: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return emissions [W, B, K] and whether a word follows another one [W, B]."""
    moves_BW = (mask_BW > 0) & (tf.range(tf.shape(mask_BW)[1]) > 0)
    return tf.transpose(emission_BWK, [1, 0, 2]), tf.transpose(moves_BW)


def _trace_back(before_WBK: tf.Tensor, last_B: tf.Tensor) -> tf.Tensor:
    """Return labels [B, W], from the best predecessor of each label and the last word's label."""

    def step(label_B: tf.Tensor, before_BK: tf.Tensor) -> tf.Tensor:
        return tf.gather(before_BK, label_B, batch_dims=1)

    # entry w is the label of word w - 1
    before_WB = tf.scan(step, before_WBK, last_B, reverse=True)
    return tf.transpose(tf.concat([before_WB[1:], last_B[None]], axis=0))
