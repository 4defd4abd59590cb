"""Labels of words by a linear layer on the state of each word's first piece.

Devlin et al. (2019), section 5.3. Shapes: B rows, L pieces, W words, K labels.
"""

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.labelling.labeller import Features, Labeller, labelled_cross_entropy


class LinearTagger(Labeller):
    """Dropout and a linear layer; the loss is the cross-entropy at pieces that have a label.

    Args:
        encoder: is trained too.
        labels: K, how many there are.
        dropout: of the encoder's last states.
    """

    def __init__(self, encoder: Encoder, labels: int, dropout: float):
        super().__init__(encoder, "linear_tagger")
        self.dropout = keras.layers.Dropout(dropout, name="dropout")
        self.dense = keras.layers.Dense(
            labels,
            kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
            dtype="float32",
            name="dense",
        )
        self.dense.build((None, encoder.hidden_dim))

    def logits(self, features: Features, training: bool = False) -> tf.Tensor:
        """Of every piece, float32 [B, L, K]."""
        states_BLD = self.encode(features, training)["sequence_output"]
        return self.dense(self.dropout(states_BLD, training=training))

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """The summed loss of all labelled words, and how many they are."""
        logits_BLK = self.logits(features, training)
        return labelled_cross_entropy(logits_BLK, features["token_labels"])

    def predict(self, features: Features) -> tf.Tensor:
        """The best label of each word, int32 [B, W]."""
        best_BL = tf.argmax(self.logits(features), axis=-1, output_type=tf.int32)
        return tf.gather(best_BL, features["word_positions"], batch_dims=1)
