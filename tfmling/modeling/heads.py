"""Pretraining heads. Shapes: B batch, P predictions, D width, V vocabulary.

Their weights are saved by name beside the encoder, so that training can resume and an extended
vocabulary extends the decoder's bias too.
"""

import sys
from collections.abc import Mapping
from typing import TypeVar

import keras
import numpy as np
import tensorflow as tf

from tfmling.modeling.encoder import ACTIVATIONS, Encoder

MASKED_LM, NEXT_SENTENCE = "masked_lm", "next_sentence"
BIAS, DECODER = "masked_lm/bias", "masked_lm/decoder"


def _initializer() -> keras.initializers.Initializer:
    return keras.initializers.TruncatedNormal(stddev=0.02)


class MaskedLMHead(keras.layers.Layer):
    """Predicts masked pieces: dense, activation, norm, and a decoder tied to the embedding table.

    If the encoder's head weights include a separate decoder, that one is used.

    Its inputs are the masked positions only, 20 of 128 (Devlin et al. 2019, section 3.1). With a
    vocabulary of 120,000 pieces or more, the product with the table dominates the training step.

    Args:
        encoder: its saved head weights are loaded; new weights are random.

    Example:
        >>> head = MaskedLMHead(encoder)
        >>> head(tf.zeros([3, 16]), encoder.embedding_table).shape.as_list()  # 37 pieces
        [3, 37]
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
        """Logits float32 [..., V] of the states [..., D] at masked positions."""
        hidden = self.transform(states_NPD)
        table = tf.cast(self.output_table(table_VD), hidden.dtype)
        logits = tf.matmul(hidden, table, transpose_b=True)
        return tf.cast(logits, tf.float32) + self.bias

    def output_table(self, table_VD: tf.Tensor) -> tf.Tensor:
        """The decoder's weights [V, D]: the embedding table, or a separate decoder."""
        return table_VD if self.decoder is None else tf.convert_to_tensor(self.decoder)

    def transform(self, states_NPD: tf.Tensor) -> tf.Tensor:
        """The decoder's input [..., D], in the encoder's compute dtype."""
        return tf.cast(self.norm(self.dense(states_NPD)), self.dense.compute_dtype)


class NextSentenceHead(keras.layers.Layer):
    """Predicts whether a sentence follows another: 0 follows, 1 random (Devlin et al. 2019, 3.1).

    Args:
        encoder: its saved head weights are loaded; new weights are random.

    Example:
        >>> NextSentenceHead(encoder)(tf.zeros([3, 16])).shape.as_list()
        [3, 2]
    """

    def __init__(self, encoder: Encoder):
        super().__init__(name=NEXT_SENTENCE)
        self.dense = keras.layers.Dense(
            2, kernel_initializer=_initializer(), dtype="float32", name="dense"
        )
        self.dense.build((None, encoder.hidden_dim))
        assign_weights(self, encoder.head_weights)

    def call(self, pooled_BD: tf.Tensor) -> tf.Tensor:
        """Logits float32 [B, 2] of the pooler's output."""
        return self.dense(pooled_BD)


def check_head_weights(weights: Mapping[str, np.ndarray], rows: int, width: int) -> None:
    """Check that saved head weights are complete and fit an encoder.

    Args:
        weights: by name, as `read_weights` returns them.
        rows: V of the encoder.
        width: D of the encoder.

    Raises:
        ValueError: if a name is unknown, a shape differs, or a part of a head is missing.

    Example:
        >>> check_head_weights({"next_sentence/dense/bias": np.zeros(3)}, rows=5, width=4)
        Traceback (most recent call last):
            ...
        ValueError: next_sentence/dense/bias: expected the shape [2] of this encoder's head, got [3]
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
    """The variables of a head by name, such as `masked_lm/dense/kernel`.

    Example:
        >>> sorted(named_weights(NextSentenceHead(encoder)))
        ['next_sentence/dense/bias', 'next_sentence/dense/kernel']
    """
    own = {f"{head.name}/{weight.name}": weight for weight in head._trainable_variables}
    for layer in head._layers:
        own |= {f"{head.name}/{layer.name}/{w.name}": w for w in layer.trainable_variables}
    return own


def assign_weights(head: keras.layers.Layer, weights: dict[str, np.ndarray]) -> None:
    """Load the saved weights of a head; weights that are not in `weights` do not change.

    Example:
        >>> head = NextSentenceHead(encoder)
        >>> assign_weights(head, {"next_sentence/dense/bias": np.array([1.0, 2.0])})
        >>> read_weights(head)["next_sentence/dense/bias"]
        array([1., 2.], dtype=float32)
    """
    for name, variable in named_weights(head).items():
        if name in weights:
            variable.assign(weights[name])


def read_weights(head: keras.layers.Layer) -> dict[str, np.ndarray]:
    """The weights of a head by name, to be saved beside the encoder.

    Example:
        >>> read_weights(NextSentenceHead(encoder))["next_sentence/dense/bias"]
        array([0., 0.], dtype=float32)
    """
    return {name: variable.numpy() for name, variable in named_weights(head).items()}


_Head = TypeVar("_Head", MaskedLMHead, NextSentenceHead)


class PretrainingHeads:
    """Creates each pretraining head once and shares it among all objectives.

    MLM, TLM and next-sentence prediction train together (Feng et al. 2022, 2007.01852, section 2).
    With a head per objective, only one could be saved, and it would know one task only.

    Args:
        encoder: its saved head weights initialize the heads.

    Example:
        >>> heads = PretrainingHeads(encoder)
        >>> heads.masked_lm is heads.masked_lm
        True
    """

    def __init__(self, encoder: Encoder):
        self._encoder = encoder
        self._heads: dict[type, keras.layers.Layer] = {}

    @property
    def masked_lm(self) -> MaskedLMHead:
        """The head for masked pieces."""
        return self._get(MaskedLMHead)

    @property
    def next_sentence(self) -> NextSentenceHead:
        """The head for the next sentence; an encoder without a pooler starts to train one."""
        if not self._encoder.has_pooler:
            print(
                "the weights hold no pooler: next-sentence prediction starts with a random one",
                file=sys.stderr,
                flush=True,
            )
            self._encoder.has_pooler = True
        return self._get(NextSentenceHead)

    def weights(self) -> dict[str, np.ndarray]:
        """Weights by name of all heads that were created."""
        weights: dict[str, np.ndarray] = {}
        for head in self._heads.values():
            weights |= read_weights(head)
        return weights

    def _get(self, kind: type[_Head]) -> _Head:
        if kind not in self._heads:
            self._heads[kind] = kind(self._encoder)
        return self._heads[kind]
