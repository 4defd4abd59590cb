"""Pretraining heads. Shapes: B batch, P predictions, D width, V vocabulary.

Their weights are kept by name beside the encoder, so that training can go on from where it stopped
and an enlarged vocabulary enlarges the decoder's bias too.
"""

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from tfmling.modeling.encoder import ACTIVATIONS, Encoder

MASKED_LM, NEXT_SENTENCE = "masked_lm", "next_sentence"
BIAS, DECODER = "masked_lm/bias", "masked_lm/decoder"


def _initializer() -> keras.initializers.Initializer:
    return keras.initializers.TruncatedNormal(stddev=0.02)


class MaskedLMHead(keras.layers.Layer):
    """Dense, activation, norm, and the encoder's own table as decoder (tied), plus a bias.

    An encoder whose head weights hold a decoder of its own (untied) keeps it.

    Only the masked positions come in: with a vocabulary of 120,000 and more the product with the
    table is the cost of the step, and 20 of 128 positions need it (Devlin et al. 2019, 3.1).
    """

    def __init__(self, encoder: Encoder):
        super().__init__(name=MASKED_LM)
        self.dense = keras.layers.Dense(
            encoder.hidden_dim,
            activation=ACTIVATIONS[encoder.hidden_act],
            kernel_initializer=_initializer(),
            dtype=encoder.backbone.dtype_policy,
            name="dense",
        )
        self.norm = keras.layers.LayerNormalization(
            epsilon=encoder.layer_norm_epsilon, dtype="float32", name="norm"
        )
        self.dense.build((None, encoder.hidden_dim))
        self.norm.build((None, encoder.hidden_dim))
        self.bias = self.add_weight(
            shape=(len(encoder.vocabulary.pieces),), initializer="zeros", name="bias"
        )
        self.decoder = None
        if DECODER in encoder.head_weights:
            shape = (len(encoder.vocabulary.pieces), encoder.hidden_dim)
            self.decoder = self.add_weight(shape=shape, initializer="zeros", name="decoder")
        assign_weights(self, encoder.head_weights)

    def call(self, states_NPD: tf.Tensor, table_VD: tf.Tensor) -> tf.Tensor:
        """Logits [.., V] float32 of states [.., D] at masked positions."""
        hidden = self.transform(states_NPD)
        table = tf.cast(self.output_table(table_VD), hidden.dtype)
        logits = tf.matmul(hidden, table, transpose_b=True)
        return tf.cast(logits, tf.float32) + self.bias

    def output_table(self, table_VD: tf.Tensor) -> tf.Tensor:
        """What the hidden states are multiplied with [V, D]: the table, or the own decoder."""
        return table_VD if self.decoder is None else tf.convert_to_tensor(self.decoder)

    def transform(self, states_NPD: tf.Tensor) -> tf.Tensor:
        """What is multiplied with the table, [.., D] in the type that the encoder computes in."""
        return tf.cast(self.norm(self.dense(states_NPD)), self.dense.compute_dtype)


class NextSentenceHead(keras.layers.Layer):
    """Two logits from the pooler's output: 0 follows, 1 random (Devlin et al. 2019, 3.1)."""

    def __init__(self, encoder: Encoder):
        super().__init__(name=NEXT_SENTENCE)
        self.dense = keras.layers.Dense(
            2, kernel_initializer=_initializer(), dtype="float32", name="dense"
        )
        self.dense.build((None, encoder.hidden_dim))
        assign_weights(self, encoder.head_weights)

    def call(self, pooled_BD: tf.Tensor) -> tf.Tensor:
        """Logits [B, 2] float32."""
        return self.dense(pooled_BD)


def check_head_weights(weights: Mapping[str, np.ndarray], rows: int, width: int) -> None:
    """Check saved head weights before a head asks for them.

    Args:
        weights: by name, as `read_weights` gives them.
        rows: V of the encoder.
        width: D of the encoder.

    Raises:
        ValueError: a name that no head has, an array of another shape, or a part of a head.
    """
    shapes = _shapes(rows, width)
    for name, value in weights.items():
        if name not in shapes:
            raise ValueError(f"expected weights named {', '.join(shapes)}, got {name}")
        if value.shape != shapes[name]:
            raise ValueError(
                f"{name}: expected the shape {list(shapes[name])} of this encoder's head, got "
                f"{list(value.shape)}"
            )
    for head in (MASKED_LM, NEXT_SENTENCE):
        own = [name for name in shapes if name.startswith(f"{head}/") and name != DECODER]
        missing = [name for name in own if name not in weights]
        if missing and any(name.startswith(f"{head}/") for name in weights):
            raise ValueError(f"expected all weights of the {head} head, {missing[0]} is missing")


def _shapes(rows: int, width: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{MASKED_LM}/dense/kernel": (width, width),
        f"{MASKED_LM}/dense/bias": (width,),
        f"{MASKED_LM}/norm/gamma": (width,),
        f"{MASKED_LM}/norm/beta": (width,),
        BIAS: (rows,),
        DECODER: (rows, width),
        f"{NEXT_SENTENCE}/dense/kernel": (width, 2),
        f"{NEXT_SENTENCE}/dense/bias": (2,),
    }


def named_weights(head: keras.layers.Layer) -> dict[str, keras.Variable]:
    """`masked_lm/dense/kernel` and so on, for every weight of a head."""
    own = {f"{head.name}/{weight.name}": weight for weight in head._trainable_variables}
    for layer in head._layers:
        own |= {f"{head.name}/{layer.name}/{w.name}": w for w in layer.trainable_variables}
    return own


def assign_weights(head: keras.layers.Layer, weights: dict[str, np.ndarray]) -> None:
    """Gives a head the saved weights that carry its name; leaves it as it is if there are none."""
    for name, variable in named_weights(head).items():
        if name in weights:
            variable.assign(weights[name])


def read_weights(head: keras.layers.Layer) -> dict[str, np.ndarray]:
    """The weights of a head by name, to be kept beside the encoder."""
    return {name: variable.numpy() for name, variable in named_weights(head).items()}
