"""Self-attention of one BERT layer (Vaswani et al. 2017, 1706.03762, section 3.2).

Queries, keys and values come from one product. Shapes: B batch, L length, Q positions that ask (L,
or fewer where only some states are needed), N = B x L or B x Q, D width, H heads, K = D / H.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from tfmling.modeling.bert.dropout import Dropout, drop
from tfmling.modeling.bert.fused import Fused, pays


class Attention:
    """The computation over the weights of KerasHub's attention.

    Args:
        weights: of which query, key, value and output are read, at every call (adapters of LoRA
            are in them).
        dtype: of the products.
    """

    def __init__(self, weights: keras.layers.MultiHeadAttention, dtype: str):
        self.weights = weights
        self.heads = weights.num_heads
        self.dtype = dtype

    def __call__(
        self,
        states_BLD: tf.Tensor,
        asking_BQD: tf.Tensor | None,
        blocked_B11L: tf.Tensor,
        dropout: Dropout,
    ) -> tf.Tensor:
        """What each position takes from all, as products [N, D] whose bias is still to be added.

        Args:
            states_BLD: of all positions.
            asking_BQD: of those whose result is wanted; None for all.
            blocked_B11L: added to the scores, float32: 0 where there is a token.
            dropout: of the probabilities.
        """
        query, key, value = self._projected(states_BLD, asking_BQD)
        scores_BHQL = tf.matmul(query, key, transpose_b=True)
        chances_BHQL = _probabilities(scores_BHQL, blocked_B11L, dropout)
        taken_BHQK = tf.matmul(chances_BHQL, value)
        taken_BQHK = tf.transpose(taken_BHQK, [0, 2, 1, 3])
        taken_ND = tf.reshape(taken_BQHK, [-1, states_BLD.shape[-1]])
        return tf.matmul(taken_ND, self._kernel(self.weights.output_dense, states_BLD.shape[-1]))

    def _projected(
        self, states_BLD: tf.Tensor, asking_BQD: tf.Tensor | None
    ) -> tuple[tf.Tensor, ...]:
        """Queries, scaled, [B, H, Q, K]; keys and values [B, H, L, K]."""
        layer = self.weights
        if asking_BQD is None:
            return self._heads(
                states_BLD, [layer.query_dense, layer.key_dense, layer.value_dense], scaled=True
            )
        query = self._heads(asking_BQD, [layer.query_dense], scaled=True)
        return *query, *self._heads(states_BLD, [layer.key_dense, layer.value_dense], scaled=False)

    def _heads(
        self, states_BLD: tf.Tensor, layers: list[keras.layers.Layer], *, scaled: bool
    ) -> tuple[tf.Tensor, ...]:
        """One product for several layers, cut into their heads; `scaled`: the first by K^-1/2.

        Of few positions it takes less to multiply with each layer's weights than to join them.
        """
        if len(layers) > 1 and not pays(states_BLD):
            apart = (
                self._heads(states_BLD, [layer], scaled=scaled and number == 0)
                for number, layer in enumerate(layers)
            )
            return tuple(part for (part,) in apart)
        width = states_BLD.shape[-1]
        kernel = tf.concat([self._kernel(layer, width) for layer in layers], axis=1)
        bias = tf.concat([tf.reshape(layer.bias, [-1]) for layer in layers], axis=0)
        products = tf.matmul(tf.reshape(states_BLD, [-1, width]), kernel)
        scale = (width // self.heads) ** -0.5 if scaled else 1.0
        shape = tf.shape(states_BLD)
        length = states_BLD.shape[1] or shape[1]
        return _split(products, bias, len(layers), self.heads, length, scale)

    def _kernel(self, layer: keras.layers.Layer, width: int) -> tf.Tensor:
        return tf.cast(tf.reshape(layer.kernel, [width, width]), self.dtype)


def _split(
    products_NE: tf.Tensor, bias_E: tf.Tensor, parts: int, heads: int, length: int, scale: float
) -> tuple[tf.Tensor, ...]:
    """Products [N, E], E = parts x D, with bias, to one [B, H, L, K] for each part."""
    if not pays(products_NE):
        return _to_heads(products_NE, bias_E, parts, heads, length, scale)

    @tf.custom_gradient
    def split(
        products_NE: tf.Tensor, bias_E: tf.Tensor
    ) -> tuple[tuple[tf.Tensor, ...], Callable[..., tuple[tf.Tensor, tf.Tensor]]]:
        def gradient(*slopes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return _together(slopes[0], slopes[1:], scale)

        return _apart(products_NE, bias_E, parts, heads, length, scale), gradient

    return split(products_NE, bias_E)


def _to_heads(
    products_NE: tf.Tensor, bias_E: tf.Tensor, parts: int, heads: int, length: int, scale: float
) -> tuple[tf.Tensor, ...]:
    with_bias_NE = tf.nn.bias_add(tf.cast(products_NE, tf.float32), bias_E)
    size = products_NE.shape[1] // (parts * heads)
    by_head = tf.reshape(with_bias_NE, [-1, length, parts, heads, size])
    found = tf.unstack(tf.transpose(by_head, [2, 0, 3, 1, 4]), parts)
    return tuple(
        tf.cast(part * (scale if number == 0 else 1.0), products_NE.dtype)
        for number, part in enumerate(found)
    )


def _from_heads(
    first: tf.Tensor, others: tuple[tf.Tensor, ...], scale: float
) -> tuple[tf.Tensor, tf.Tensor]:
    """The gradients of products [N, E] and bias [E]."""
    whole = tf.stack([first * tf.cast(scale, first.dtype), *others])
    parts, _, heads, _, size = whole.shape
    slopes_NE = tf.reshape(tf.transpose(whole, [1, 3, 0, 2, 4]), [-1, parts * heads * size])
    return slopes_NE, tf.reduce_sum(tf.cast(slopes_NE, tf.float32), axis=0)


def _probabilities(scores_BHQL: tf.Tensor, blocked_B11L: tf.Tensor, dropout: Dropout) -> tf.Tensor:
    """Softmax of the scores in float32, with dropout; in the type of the scores."""
    key, rate = dropout.key(), dropout.rate
    if key is None and not pays(scores_BHQL):
        return _softmax(scores_BHQL, blocked_B11L)

    @tf.custom_gradient
    def chances(
        scores_BHQL: tf.Tensor,
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        whole = _softmax(scores_BHQL, blocked_B11L)
        kept = whole if key is None else _drop(whole, key, rate)
        return kept, lambda slope: _softmax_slope(whole, slope, key, rate)

    return chances(scores_BHQL)


def _softmax(scores_BHQL: tf.Tensor, blocked_B11L: tf.Tensor) -> tf.Tensor:
    chances = tf.nn.softmax(tf.cast(scores_BHQL, tf.float32) + blocked_B11L)
    return tf.cast(chances, scores_BHQL.dtype)


def _slope_of_softmax(
    chances: tf.Tensor, slope: tf.Tensor, key: tf.Tensor | None, rate: float
) -> tf.Tensor:
    dtype = chances.dtype
    chances, slope = tf.cast(chances, tf.float32), tf.cast(slope, tf.float32)
    weighted = drop(slope, key, rate) * chances
    total = tf.reduce_sum(weighted, axis=-1, keepdims=True)
    return tf.cast(weighted - chances * total, dtype)


_apart, _together = Fused(_to_heads), Fused(_from_heads)
_drop, _softmax_slope = Fused(drop), Fused(_slope_of_softmax)
