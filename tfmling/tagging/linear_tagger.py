"""Taggers with a linear head (Devlin et al. 2019, sections 4.1 and 5.3).

Shapes: B rows, L pieces, W words, D width, K labels; `...` is [B, L] of pieces or [B] of pairs.
"""

from typing import ClassVar

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.tagger import Features, Tagger, masked_cross_entropy


class LinearClassifier(Tagger):
    """Dropout and a linear layer, trained with cross-entropy together with the encoder.

    Args:
        encoder: is fine-tuned.
        labels: K, the number of labels.
        dropout: of the hidden states.

    Attributes:
        STATES: the output of the encoder [..., D] that is classified.
        LABELS: the feature [...] with the label ids.
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
        """Return the scores of the labels, float32 [..., K]."""
        states = self.encode(features, training)[self.STATES]
        return self.dense(self.dropout(states, training=training))

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the summed loss and the number of labels."""
        return masked_cross_entropy(self.logits(features, training), features[self.LABELS])

    def best(self, features: Features) -> tf.Tensor:
        """Return the best label, int32 [...]."""
        return tf.argmax(self.logits(features), axis=-1, output_type=tf.int32)


class LinearTagger(LinearClassifier):
    """Labels words by the last hidden state of their first piece.

    Example:
        >>> tagger = LinearTagger(encoder, labels=3, dropout=0.1)
        >>> features = {"input_word_ids": [[2, 5, 6, 3]], "input_mask": [[1, 1, 1, 1]],
        ...             "input_type_ids": [[0, 0, 0, 0]], "word_positions": [[1, 2]]}
        >>> features = {name: tf.constant(own) for name, own in features.items()}
        >>> tagger.predict(features).shape.as_list()
        [1, 2]
    """

    STATES: ClassVar = "sequence_output"
    LABELS: ClassVar = "token_labels"

    def predict(self, features: Features) -> tf.Tensor:
        """Return the best label of each word, int32 [B, W]."""
        return tf.gather(self.best(features), features["word_positions"], batch_dims=1)


class PairClassifier(LinearClassifier):
    """Labels pairs by the pooled output of [CLS] premise [SEP] hypothesis [SEP].

    Example:
        >>> classifier = PairClassifier(encoder, labels=3, dropout=0.1)
        >>> features = {"input_word_ids": [[2, 5, 3, 6, 3]], "input_mask": [[1, 1, 1, 1, 1]],
        ...             "input_type_ids": [[0, 0, 0, 1, 1]]}
        >>> features = {name: tf.constant(own) for name, own in features.items()}
        >>> classifier.logits(features).shape.as_list()
        [1, 3]
        >>> classifier.predict(features).shape.as_list()
        [1]
    """

    STATES: ClassVar = "pooled_output"
    LABELS: ClassVar = "pair_label"

    def predict(self, features: Features) -> tf.Tensor:
        """Return the best label of each pair, int32 [B]."""
        return self.best(features)
