"""Labels of words by a frozen encoder, a mix of its layers, a bidirectional LSTM and a CRF.

The tagger of EXTEND (Wang et al. 2020, 2004.13640), as AllenNLP's CrfTagger: what a word is comes
from its first piece. Shapes: B rows, L pieces, W words, N layers, D width, K labels.
"""

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.crf import Allowed, ConditionalRandomField
from tfmling.tagging.scalar_mix import ScalarMix
from tfmling.tagging.settings import BilstmCrfHead
from tfmling.tagging.tagger import Features, Tagger


class CrfTagger(Tagger):
    """The loss is the negative log-likelihood of each row's labels.

    Since the encoder is frozen, a batch may bring `word_states` instead of being encoded.

    Args:
        encoder: stays as it is, its dropout is off.
        allowed: transitions of labels; their number is K.
        settings: of the LSTM.
    """

    def __init__(self, encoder: Encoder, allowed: Allowed, settings: BilstmCrfHead):
        super().__init__(encoder, "crf_tagger")
        self.mix = ScalarMix(encoder.backbone.num_layers)
        self.dropout = keras.layers.Dropout(settings.dropout, name="dropout")
        self.lstms = [_bidirectional(settings.width, n) for n in range(settings.num_layers)]
        self.dense = keras.layers.Dense(len(allowed.start), dtype="float32", name="dense")
        self.crf = ConditionalRandomField(allowed)
        width = encoder.hidden_dim
        for lstm in self.lstms:
            lstm.build((None, None, width))
            width = 2 * settings.width
        self.dense.build((None, None, width))

    @property
    def trained(self) -> list[keras.Variable]:
        """The head alone."""
        encoders = {id(variable) for variable in self.encoder.variables}
        return [v for v in self.trainable_variables if id(v) not in encoders]

    def word_states(self, features: Features) -> tf.Tensor:
        """Of all layers the state of each word's first piece, float32 [B, W, N, D]."""
        layers_BLD = self.encode(features, training=False)["encoder_outputs"]
        places_BW = features["word_positions"]
        words = [tf.gather(tf.stop_gradient(s), places_BW, batch_dims=1) for s in layers_BLD]
        return tf.stack(words, axis=2)

    def emissions(self, features: Features, training: bool = False) -> tf.Tensor:
        """Scores of each word's labels, float32 [B, W, K]."""
        kept = "word_states" in features
        states_BWND = features["word_states"] if kept else self.word_states(features)
        states_BWD = self.dropout(self.mix(states_BWND), training=training)
        for lstm in self.lstms:
            states_BWD = lstm(states_BWD, mask=features["word_positions"] > 0, training=training)
            states_BWD = self.dropout(states_BWD, training=training)
        return self.dense(states_BWD)

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """The summed loss of the rows that have a label, and how many they are."""
        labels_BW = _labels_of_words(features)
        likelihood_B = self.crf.log_likelihood(
            self.emissions(features, training), *_mask_and_borders(features), labels_BW
        )
        has_labels_B = tf.cast(tf.reduce_any(labels_BW >= 0, axis=1), tf.float32)
        return -tf.reduce_sum(likelihood_B), tf.reduce_sum(has_labels_B)

    def predict(self, features: Features) -> tf.Tensor:
        """The labels of each row's best sequence, int32 [B, W]."""
        return self.crf.decode(self.emissions(features), *_mask_and_borders(features))


def _bidirectional(width: int, number: int) -> keras.layers.Bidirectional:
    lstm = keras.layers.LSTM(width, return_sequences=True, dtype="float32", name=f"lstm_{number}")
    return keras.layers.Bidirectional(lstm, dtype="float32", name=f"bilstm_{number}")


def _mask_and_borders(features: Features) -> tuple[tf.Tensor, tf.Tensor]:
    # position 0 is [CLS], so that it means: no word
    mask_BW = tf.cast(features["word_positions"] > 0, tf.int32)
    return mask_BW, tf.cast(features["borders"], tf.float32)


def _labels_of_words(features: Features) -> tf.Tensor:
    # [CLS], where padding points to, has no label
    return tf.gather(features["token_labels"], features["word_positions"], batch_dims=1)
