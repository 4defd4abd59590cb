"""One BERT layer: attention, then two dense layers, each with residual and norm.

Shapes: B batch, L length, Q positions that ask, N = B x Q, D width.
"""

import keras
import keras_hub
import tensorflow as tf

from tfmling.modeling.bert.attention import Attention
from tfmling.modeling.bert.dropout import Dropout
from tfmling.modeling.bert.gelu import gelu_with_bias
from tfmling.modeling.bert.residual_norm import residual_norm


class Layer:
    """The computation over the weights of KerasHub's TransformerEncoder.

    Args:
        weights: the layer whose weights are read at every call.
        dtype: of the products.
        approximate: whether GELU is its tanh approximation.
    """

    def __init__(self, weights: keras_hub.layers.TransformerEncoder, dtype: str, approximate: bool):
        self.weights = weights
        self.dtype = dtype
        self.approximate = approximate
        self.attention = Attention(weights._self_attention_layer, dtype)

    def __call__(
        self,
        states_BLD: tf.Tensor,
        blocked_B11L: tf.Tensor,
        dropout: Dropout,
        asking_BQD: tf.Tensor | None = None,
    ) -> tf.Tensor:
        """New states [B, L, D], or [B, Q, D] of the positions whose old states `asking` are.

        Args:
            states_BLD: of all positions.
            blocked_B11L: added to the scores of attention, 0 where there is a token.
            dropout: of this pass.
            asking_BQD: None for all positions.
        """
        old_BQD = states_BLD if asking_BQD is None else asking_BQD
        width = states_BLD.shape[-1]
        residual_ND = tf.reshape(old_BQD, [-1, width])
        taken_ND = self.attention(states_BLD, asking_BQD, blocked_B11L, dropout)
        attended_ND = self._normed(
            taken_ND,
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
        return self._normed(products_ND, states_ND, second.bias, norm, dropout)

    def _normed(
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
            products_ND,
            residual_ND,
            *weights,
            epsilon=norm.epsilon,
            key=key,
            rate=dropout.rate,
        )
