"""The tagger of EXTEND: frozen encoder, scalar mix of its layers, BiLSTM, CRF.

Wang et al. (2020), 2004.13640; AllenNLP's CrfTagger. A word is represented by its first piece.
Shapes: B rows, L pieces, W words, N layers, D width, K labels.
"""

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.tagging.crf import Allowed, ConditionalRandomField
from tfmling.tagging.settings import BilstmCrfHead
from tfmling.tagging.tagger import Features, Tagger


class ScalarMix(keras.layers.Layer):
    """A learned mix of layers: scale * sum of softmax(weights)_n * layer n.

    Peters et al. (2018), "Deep contextualized word representations", eq. 1. It starts as the mean.

    Args:
        layers: N, the number of layers.

    Example:
        >>> ScalarMix(2)(tf.constant([[1.0, 0.0], [0.0, 3.0]])).numpy().tolist()
        [0.5, 1.5]
    """

    def __init__(self, layers: int):
        super().__init__(name="scalar_mix")
        self.weights_N = self.add_weight(shape=(layers,), initializer="zeros", name="weights")
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, states_ND: tf.Tensor) -> tf.Tensor:
        """Mix states [..., N, D] to float32 [..., D]."""
        share_N = tf.nn.softmax(tf.convert_to_tensor(self.weights_N))
        return tf.einsum("...nd,n->...d", states_ND, self.scale * share_N)


class CrfTagger(Tagger):
    """A tagger trained with the negative log-likelihood of each row's labels.

    Since the encoder is frozen, a batch may contain cached `word_states` instead of being encoded.

    Args:
        encoder: frozen, without dropout.
        allowed: transitions of the K labels.
        settings: of the LSTM.

    Example:
        >>> from tfmling.tagging.crf import allowed_transitions
        >>> allowed = allowed_transitions(["O", "B-LOC", "I-LOC"], "IOB2")
        >>> tagger = CrfTagger(encoder, allowed, BilstmCrfHead(kind="bilstm_crf", width=4))
        >>> features = {"input_word_ids": [[2, 5, 6, 3]], "input_mask": [[1, 1, 1, 1]],
        ...             "input_type_ids": [[0, 0, 0, 0]], "word_positions": [[1, 2]],
        ...             "borders": [[1, 1]]}
        >>> features = {name: tf.constant(own) for name, own in features.items()}
        >>> tagger.predict(features).shape.as_list()
        [1, 2]
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
        """The head only."""
        encoders = {id(variable) for variable in self.encoder.variables}
        return [v for v in self.trainable_variables if id(v) not in encoders]

    def word_states(self, features: Features) -> tf.Tensor:
        """Return the states of each word's first piece in all layers, float32 [B, W, N, D]."""
        layers_BLD = self.encode(features, training=False)["encoder_outputs"]
        places_BW = features["word_positions"]
        words = [tf.gather(tf.stop_gradient(s), places_BW, batch_dims=1) for s in layers_BLD]
        return tf.stack(words, axis=2)

    def emissions(self, features: Features, training: bool = False) -> tf.Tensor:
        """Return the scores of each word's labels, float32 [B, W, K]."""
        cached = "word_states" in features
        states_BWND = features["word_states"] if cached else self.word_states(features)
        states_BWD = self.dropout(self.mix(states_BWND), training=training)
        for lstm in self.lstms:
            states_BWD = lstm(states_BWD, mask=features["word_positions"] > 0, training=training)
            states_BWD = self.dropout(states_BWD, training=training)
        return self.dense(states_BWD)

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the summed loss of the rows with a label, and their number."""
        labels_BW = _labels_of_words(features)
        likelihood_B = self.crf.log_likelihood(
            self.emissions(features, training), *_mask_and_borders(features), labels_BW
        )
        has_labels_B = tf.cast(tf.reduce_any(labels_BW >= 0, axis=1), tf.float32)
        return -tf.reduce_sum(likelihood_B), tf.reduce_sum(has_labels_B)

    def predict(self, features: Features) -> tf.Tensor:
        """Return the labels of each row's best sequence, int32 [B, W]."""
        return self.crf.decode(self.emissions(features), *_mask_and_borders(features))


def _bidirectional(width: int, number: int) -> keras.layers.Bidirectional:
    lstm = keras.layers.LSTM(width, return_sequences=True, dtype="float32", name=f"lstm_{number}")
    return keras.layers.Bidirectional(lstm, dtype="float32", name=f"bilstm_{number}")


def _mask_and_borders(features: Features) -> tuple[tf.Tensor, tf.Tensor]:
    # position 0, of [CLS], marks padding
    mask_BW = tf.cast(features["word_positions"] > 0, tf.int32)
    return mask_BW, tf.cast(features["borders"], tf.float32)


def _labels_of_words(features: Features) -> tf.Tensor:
    # padding points to [CLS], which has no label
    return tf.gather(features["token_labels"], features["word_positions"], batch_dims=1)
