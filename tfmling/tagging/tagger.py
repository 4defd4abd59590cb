"""What a tagger is: an encoder with a head that gives labels.

Shapes: B rows of the batch on this replica, W words of a row.
"""

import abc

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.rows import ENCODER_INPUTS

Features = dict[str, tf.Tensor]


class Tagger(keras.layers.Layer, abc.ABC):
    """Base of all taggers.

    Attributes:
        encoder: what gives the states.
        trained: the variables that a training changes.
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
        """All weights but the encoder's, in the order in which they were made."""
        encoders = {id(variable) for variable in self.encoder.variables}
        return [v for v in self.weights if id(v) not in encoders]

    def encode(self, features: Features, training: bool) -> Features:
        """What the encoder makes of a batch; see `Encoder.call`."""
        return self.encoder({name: features[name] for name in ENCODER_INPUTS}, training=training)

    @abc.abstractmethod
    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """The loss summed over what has a label, and how much has one; float32 scalars."""

    @abc.abstractmethod
    def predict(self, features: Features) -> tf.Tensor:
        """Label ids int32: [B, W] of words, [B] of pairs; of padding, anything."""


def labelled_cross_entropy(logits: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The summed cross-entropy of what has a label (>= 0), and how much has; float32 scalars.

    Args:
        logits: float32 [..., K].
        labels: int32 [...], negative where there is none.
    """
    weights = tf.cast(labels >= 0, tf.float32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(labels, 0), logits)
    return tf.reduce_sum(losses * weights), tf.reduce_sum(weights)
