"""The base of all taggers: an encoder with a head that predicts labels.

Shapes: B rows of the batch on this replica, W words of a row, K labels.
"""

import abc

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.rows import ENCODER_INPUTS

Features = dict[str, tf.Tensor]  # a batch of rows


class Tagger(keras.layers.Layer, abc.ABC):
    """An encoder with a head.

    Attributes:
        encoder: computes the hidden states.
        trained: the variables that training changes.
    """

    def __init__(self, encoder: Encoder, name: str):
        super().__init__(name=name)
        self.encoder = encoder

    @property
    def trained(self) -> list[keras.Variable]:
        """Encoder and head."""
        return self.trainable_variables

    @property
    def head_variables(self) -> list[keras.Variable]:
        """All weights but the encoder's, in order of creation."""
        encoders = {id(variable) for variable in self.encoder.variables}
        return [v for v in self.weights if id(v) not in encoders]

    def encode(self, features: Features, training: bool) -> Features:
        """Run the encoder on a batch; see `Encoder.call`."""
        return self.encoder({name: features[name] for name in ENCODER_INPUTS}, training=training)

    @abc.abstractmethod
    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the summed loss and the number of labels it is over; float32 scalars."""

    @abc.abstractmethod
    def predict(self, features: Features) -> tf.Tensor:
        """Predict label ids, int32: [B, W] of words, [B] of pairs; undefined for padding."""


def masked_cross_entropy(logits: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the summed cross-entropy of non-negative labels, and their number.

    Args:
        logits: float32 [..., K].
        labels: int32 [...]; negative labels are ignored.

    Example:
        >>> loss, count = masked_cross_entropy(tf.zeros([2, 4]), tf.constant([1, -100]))
        >>> int(count)
        1
    """
    weights = tf.cast(labels >= 0, tf.float32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(labels, 0), logits)
    return tf.reduce_sum(losses * weights), tf.reduce_sum(weights)
