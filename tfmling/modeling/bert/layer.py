"""One BERT layer: attention, then two dense layers, each with residual and norm.

Shapes: B batch, L length, Q query positions, N = B x Q, D width, F feed-forward width.
"""

import keras
import keras_hub
import tensorflow as tf

from tfmling.modeling.bert.attention import Attention
from tfmling.modeling.bert.dropout import Dropout
from tfmling.modeling.bert.gelu import gelu_with_bias
from tfmling.modeling.bert.residual_norm import residual_norm


class Layer:
    """A transformer layer over the weights of KerasHub's TransformerEncoder.

    Args:
        weights: a KerasHub layer; its weights are read at every call.
        dtype: of the matrix products.
        approximate: whether GELU is the tanh approximation.

    Example:
        >>> layer = Layer(encoder.backbone.transformer_layers[0], "float32", approximate=False)
        >>> no_bias, no_dropout = tf.zeros([1, 1, 1, 3]), Dropout(0.0, None)
        >>> layer(tf.zeros([1, 3, 16]), no_bias, no_dropout).shape.as_list()
        [1, 3, 16]
    """

    def __init__(self, weights: keras_hub.layers.TransformerEncoder, dtype: str, approximate: bool):
        self.weights = weights
        self.dtype = dtype
        self.approximate = approximate
        self.attention = Attention(weights._self_attention_layer, dtype)

    def __call__(
        self,
        states_BLD: tf.Tensor,
        attention_bias: tf.Tensor,
        dropout: Dropout,
        query_BQD: tf.Tensor | None = None,
    ) -> tf.Tensor:
        """Compute the layer's output states.

        Args:
            states_BLD: input states of all positions.
            attention_bias: added to the attention scores; see `Attention`.
            dropout: of this pass.
            query_BQD: input states of the positions to compute; None means all.

        Returns:
            [B, L, D], or [B, Q, D] for `query_BQD`.
        """
        old_BQD = states_BLD if query_BQD is None else query_BQD
        width = states_BLD.shape[-1]
        residual_ND = tf.reshape(old_BQD, [-1, width])
        attended_ND = self._add_and_norm(
            self.attention(states_BLD, query_BQD, attention_bias, dropout),
            residual_ND,
            self.weights._self_attention_layer.output_dense.bias,
            self.weights._self_attention_layer_norm,
            dropout,
        )
        new_ND = self._feed_forward(attended_ND, dropout)
        return tf.reshape(new_ND, tf.shape(old_BQD))

    def _feed_forward(self, states_ND: tf.Tensor, dropout: Dropout) -> tf.Tensor:
        first = self.weights._feedforward_intermediate_dense
        second = self.weights._feedforward_output_dense
        products_NF = tf.matmul(states_ND, tf.cast(first.kernel, self.dtype))
        active_NF = gelu_with_bias(products_NF, tf.convert_to_tensor(first.bias), self.approximate)
        products_ND = tf.matmul(active_NF, tf.cast(second.kernel, self.dtype))
        norm = self.weights._feedforward_layer_norm
        return self._add_and_norm(products_ND, states_ND, second.bias, norm, dropout)

    def _add_and_norm(
        self,
        products_ND: tf.Tensor,
        residual_ND: tf.Tensor,
        bias_D: keras.Variable,
        norm: keras.layers.LayerNormalization,
        dropout: Dropout,
    ) -> tf.Tensor:
        key = dropout.key()
        weights = [tf.convert_to_tensor(weight) for weight in (bias_D, norm.gamma, norm.beta)]
        return residual_norm(
            products_ND, residual_ND, *weights, epsilon=norm.epsilon, key=key, rate=dropout.rate
        )
