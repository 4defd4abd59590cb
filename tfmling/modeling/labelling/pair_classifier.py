"""The label of a pair of sentences from the pooler's output (Devlin et al. 2019, section 4.1).

Shapes: B pairs, K labels.
"""

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.labelling.labeller import Features, Labeller, labelled_cross_entropy


class PairClassifier(Labeller):
    """Dropout and a linear layer on the pooled state of [CLS] premise [SEP] hypothesis [SEP].

    Args:
        encoder: is trained too.
        labels: K, how many there are.
        dropout: of the pooled state.
    """

    def __init__(self, encoder: Encoder, labels: int, dropout: float):
        super().__init__(encoder, "pair_classifier")
        self.dropout = keras.layers.Dropout(dropout, name="dropout")
        self.dense = keras.layers.Dense(
            labels,
            kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
            dtype="float32",
            name="dense",
        )
        self.dense.build((None, encoder.hidden_dim))

    def logits(self, features: Features, training: bool = False) -> tf.Tensor:
        """Of each pair, float32 [B, K]."""
        pooled_BD = self.encode(features, training)["pooled_output"]
        return self.dense(self.dropout(pooled_BD, training=training))

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """The summed loss of all labelled pairs, and how many they are."""
        return labelled_cross_entropy(self.logits(features, training), features["pair_label"])

    def predict(self, features: Features) -> tf.Tensor:
        """The best label of each pair, int32 [B]."""
        return tf.argmax(self.logits(features), axis=-1, output_type=tf.int32)
