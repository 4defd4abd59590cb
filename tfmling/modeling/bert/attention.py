"""Self-attention of one BERT layer (Vaswani et al. 2017, 1706.03762, section 3.2).

One matrix product computes queries, keys and values. Shapes: B batch, L length, Q query positions
(L, or fewer if only some states are needed), N = B x L or B x Q, D width, H heads, K = D / H,
P projections, E = P x D.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from tfmling.modeling.bert.dropout import Dropout, drop
from tfmling.modeling.bert.fused import Fused, is_fused


class Attention:
    """Multi-head attention over the weights of KerasHub's layer.

    Args:
        weights: layer with query, key, value and output weights. They are read at every call, so
            that LoRA adapters take effect.
        dtype: of the matrix products.

    Example:
        >>> weights = encoder.backbone.transformer_layers[0]._self_attention_layer
        >>> no_bias, no_dropout = tf.zeros([1, 1, 1, 3]), Dropout(0.0, None)
        >>> attention = Attention(weights, "float32")
        >>> attention(tf.zeros([1, 3, 16]), None, no_bias, no_dropout).shape.as_list()
        [3, 16]
    """

    def __init__(self, weights: keras.layers.MultiHeadAttention, dtype: str):
        self.weights = weights
        self.heads = weights.num_heads
        self.dtype = dtype

    def __call__(
        self,
        states_BLD: tf.Tensor,
        query_BQD: tf.Tensor | None,
        attention_bias: tf.Tensor,
        dropout: Dropout,
    ) -> tf.Tensor:
        """Attend to all positions.

        Args:
            states_BLD: keys and values come from these states.
            query_BQD: states that queries come from; None means `states_BLD`.
            attention_bias: float32 [B, 1, 1, L] or [B, 1, Q, L], added to the scores: 0 where a
                query may attend, a large negative number elsewhere.
            dropout: of the attention probabilities.

        Returns:
            The output projection [N, D], without its bias.
        """
        query, key, value = self._project(states_BLD, query_BQD)
        scores_BHQL = tf.matmul(query, key, transpose_b=True)
        probs_BHQL = _softmax_with_dropout(scores_BHQL, attention_bias, dropout)
        context_BHQK = tf.matmul(probs_BHQL, value)
        context_BQHK = tf.transpose(context_BHQK, [0, 2, 1, 3])
        context_ND = tf.reshape(context_BQHK, [-1, states_BLD.shape[-1]])
        return tf.matmul(context_ND, self._kernel(self.weights.output_dense, states_BLD.shape[-1]))

    def _project(self, states_BLD: tf.Tensor, query_BQD: tf.Tensor | None) -> tuple[tf.Tensor, ...]:
        """Scaled queries [B, H, Q, K], keys and values [B, H, L, K]."""
        layer = self.weights
        if query_BQD is None:
            return self._project_heads(
                states_BLD, [layer.query_dense, layer.key_dense, layer.value_dense], scaled=True
            )
        query = self._project_heads(query_BQD, [layer.query_dense], scaled=True)
        others = [layer.key_dense, layer.value_dense]
        return *query, *self._project_heads(states_BLD, others, scaled=False)

    def _project_heads(
        self, states_BLD: tf.Tensor, layers: list[keras.layers.Layer], *, scaled: bool
    ) -> tuple[tf.Tensor, ...]:
        """Apply several projections in one product, and split the result into heads.

        `scaled` multiplies the first by K^-1/2. For small inputs, separate products are faster
        than joining the kernels.
        """
        if len(layers) > 1 and not is_fused(states_BLD):
            separate = (
                self._project_heads(states_BLD, [layer], scaled=scaled and number == 0)
                for number, layer in enumerate(layers)
            )
            return tuple(heads for (heads,) in separate)
        width = states_BLD.shape[-1]
        kernel = tf.concat([self._kernel(layer, width) for layer in layers], axis=1)
        bias = tf.concat([tf.reshape(layer.bias, [-1]) for layer in layers], axis=0)
        products = tf.matmul(tf.reshape(states_BLD, [-1, width]), kernel)
        scale = (width // self.heads) ** -0.5 if scaled else 1.0
        shape = tf.shape(states_BLD)
        length = states_BLD.shape[1] or shape[1]
        return _split_heads(products, bias, len(layers), self.heads, length, scale)

    def _kernel(self, layer: keras.layers.Layer, width: int) -> tf.Tensor:
        return tf.cast(tf.reshape(layer.kernel, [width, width]), self.dtype)


def _split_heads(
    products_NE: tf.Tensor, bias_E: tf.Tensor, parts: int, heads: int, length: int, scale: float
) -> tuple[tf.Tensor, ...]:
    """Add the bias and split [N, E] into [B, H, L, K] for each of `parts` projections."""
    if not is_fused(products_NE):
        return _to_heads(products_NE, bias_E, parts, heads, length, scale)

    @tf.custom_gradient
    def split(
        products_NE: tf.Tensor, bias_E: tf.Tensor
    ) -> tuple[tuple[tf.Tensor, ...], Callable[..., tuple[tf.Tensor, tf.Tensor]]]:
        def gradient(*grads: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return _fused_from_heads(grads[0], grads[1:], scale)

        return _fused_to_heads(products_NE, bias_E, parts, heads, length, scale), gradient

    return split(products_NE, bias_E)


def _to_heads(
    products_NE: tf.Tensor, bias_E: tf.Tensor, parts: int, heads: int, length: int, scale: float
) -> tuple[tf.Tensor, ...]:
    with_bias_NE = tf.nn.bias_add(tf.cast(products_NE, tf.float32), bias_E)
    size = products_NE.shape[1] // (parts * heads)
    by_head = tf.reshape(with_bias_NE, [-1, length, parts, heads, size])
    unstacked = tf.unstack(tf.transpose(by_head, [2, 0, 3, 1, 4]), parts)
    return tuple(
        tf.cast(part * (scale if number == 0 else 1.0), products_NE.dtype)
        for number, part in enumerate(unstacked)
    )


def _from_heads(
    first: tf.Tensor, others: tuple[tf.Tensor, ...], scale: float
) -> tuple[tf.Tensor, tf.Tensor]:
    """Gradients of the products [N, E] and of the bias [E]."""
    whole = tf.stack([first * tf.cast(scale, first.dtype), *others])
    parts, _, heads, _, size = whole.shape
    grad_NE = tf.reshape(tf.transpose(whole, [1, 3, 0, 2, 4]), [-1, parts * heads * size])
    return grad_NE, tf.reduce_sum(tf.cast(grad_NE, tf.float32), axis=0)


def _softmax_with_dropout(
    scores_BHQL: tf.Tensor, attention_bias: tf.Tensor, dropout: Dropout
) -> tf.Tensor:
    """Attention probabilities; the softmax is computed in float32, the dtype is the scores'."""
    key, rate = dropout.key(), dropout.rate
    if key is None and not is_fused(scores_BHQL):
        return _softmax(scores_BHQL, attention_bias)

    @tf.custom_gradient
    def dropped_softmax(
        scores_BHQL: tf.Tensor,
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        probs = _softmax(scores_BHQL, attention_bias)
        kept = probs if key is None else _fused_drop(probs, key, rate)
        return kept, lambda grad: _fused_softmax_gradient(probs, grad, key, rate)

    return dropped_softmax(scores_BHQL)


def _softmax(scores_BHQL: tf.Tensor, attention_bias: tf.Tensor) -> tf.Tensor:
    probs = tf.nn.softmax(tf.cast(scores_BHQL, tf.float32) + attention_bias)
    return tf.cast(probs, scores_BHQL.dtype)


def _softmax_gradient(
    probs: tf.Tensor, grad: tf.Tensor, key: tf.Tensor | None, rate: float
) -> tf.Tensor:
    dtype = probs.dtype
    probs, grad = tf.cast(probs, tf.float32), tf.cast(grad, tf.float32)
    weighted = drop(grad, key, rate) * probs
    total = tf.reduce_sum(weighted, axis=-1, keepdims=True)
    return tf.cast(weighted - probs * total, dtype)


_fused_to_heads, _fused_from_heads = Fused(_to_heads), Fused(_from_heads)
_fused_drop, _fused_softmax_gradient = Fused(drop), Fused(_softmax_gradient)
