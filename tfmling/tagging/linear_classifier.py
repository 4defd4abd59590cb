"""What taggers with a linear layer have in common: the layer, its dropout and its loss.

Devlin et al. (2019), sections 4.1 and 5.3. Shapes: D width, K labels; `...` is [B, L] of pieces or
[B] of pairs.
"""

from typing import ClassVar

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.tagger import Features, Tagger, labelled_cross_entropy


class LinearClassifier(Tagger):
    """Dropout and a linear layer; the loss is the cross-entropy of what has a label.

    Args:
        encoder: is trained too.
        labels: K, how many there are.
        dropout: of the states.

    Attributes:
        STATES: which of the encoder's outputs [..., D] is read.
        LABELS: the feature [...] that holds the labels.
    """

    STATES: ClassVar[str]
    LABELS: ClassVar[str]

    def __init__(self, encoder: Encoder, labels: int, dropout: float):
        super().__init__(encoder, "linear_classifier")
        self.dropout = keras.layers.Dropout(dropout, name="dropout")
        self.dense = keras.layers.Dense(
            labels,
            kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
            dtype="float32",
            name="dense",
        )
        self.dense.build((None, encoder.hidden_dim))

    def logits(self, features: Features, training: bool = False) -> tf.Tensor:
        """Scores of the labels, float32 [..., K]."""
        states = self.encode(features, training)[self.STATES]
        return self.dense(self.dropout(states, training=training))

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """The summed loss of what has a label, and how much has one."""
        return labelled_cross_entropy(self.logits(features, training), features[self.LABELS])

    def best(self, features: Features) -> tf.Tensor:
        """The number of the best label, int32 [...]."""
        return tf.argmax(self.logits(features), axis=-1, output_type=tf.int32)
