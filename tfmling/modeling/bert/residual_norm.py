"""What follows each product of a BERT layer: bias, dropout, residual, norm; one pass each way.

Layer norm: Ba et al. 2016, 1607.06450. Shapes: N positions, D width.
"""

from collections.abc import Callable

import tensorflow as tf

from tfmling.modeling.bert.dropout import drop
from tfmling.modeling.bert.fused import Fused, pays

_Slopes = tuple[tf.Tensor, ...]


def residual_norm(
    products_ND: tf.Tensor,
    residual_ND: tf.Tensor,
    bias_D: tf.Tensor,
    gain_D: tf.Tensor,
    offset_D: tf.Tensor,
    *,
    epsilon: float,
    key: tf.Tensor | None,
    rate: float,
) -> tf.Tensor:
    """LayerNorm(residual + dropout(products + bias)), in the type of the products.

    Args:
        products_ND: what a layer computed.
        residual_ND: what it was given, of the same type.
        bias_D: float32, as gain and offset of the norm.
        gain_D: float32.
        offset_D: float32.
        epsilon: added to the variance.
        key: of the dropout; None where nothing is dropped.
        rate: of the dropout.
    """
    tensors = (products_ND, residual_ND, bias_D, gain_D, offset_D)
    if key is None and not pays(products_ND):
        return _norm(*tensors, epsilon, key, rate)[0]

    @tf.custom_gradient
    def normed(*tensors: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], _Slopes]]:
        output_ND, normed_ND, inverse_N1 = _forward(*tensors, epsilon, key, rate)

        def gradient(slope_ND: tf.Tensor) -> _Slopes:
            return _backward(slope_ND, normed_ND, inverse_N1, tensors[3], key, rate)

        return output_ND, gradient

    return normed(*tensors)


def _norm(
    products_ND: tf.Tensor,
    residual_ND: tf.Tensor,
    bias_D: tf.Tensor,
    gain_D: tf.Tensor,
    offset_D: tf.Tensor,
    epsilon: float,
    key: tf.Tensor | None,
    rate: float,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The output; the normalized sum without gain; one over its deviation, float32 [N, 1]."""
    kept_ND = drop(tf.nn.bias_add(tf.cast(products_ND, tf.float32), bias_D), key, rate)
    sum_ND = tf.cast(residual_ND, tf.float32) + kept_ND
    centred_ND = sum_ND - tf.reduce_mean(sum_ND, axis=1, keepdims=True)
    variance_N1 = tf.reduce_mean(tf.square(centred_ND), axis=1, keepdims=True)
    inverse_N1 = tf.math.rsqrt(variance_N1 + epsilon)
    normed_ND = centred_ND * inverse_N1
    dtype = products_ND.dtype
    return tf.cast(normed_ND * gain_D + offset_D, dtype), tf.cast(normed_ND, dtype), inverse_N1


def _slopes(
    slope_ND: tf.Tensor,
    normed_ND: tf.Tensor,
    inverse_N1: tf.Tensor,
    gain_D: tf.Tensor,
    key: tf.Tensor | None,
    rate: float,
) -> _Slopes:
    """The gradients of products, residual, bias, gain and offset."""
    dtype = slope_ND.dtype
    slope_ND, normed_ND = tf.cast(slope_ND, tf.float32), tf.cast(normed_ND, tf.float32)
    gained_ND = slope_ND * gain_D
    along_N1 = tf.reduce_mean(gained_ND * normed_ND, axis=1, keepdims=True)
    centred_ND = gained_ND - tf.reduce_mean(gained_ND, axis=1, keepdims=True)
    sum_ND = inverse_N1 * (centred_ND - normed_ND * along_N1)
    kept_ND = drop(sum_ND, key, rate)
    return (
        tf.cast(kept_ND, dtype),
        tf.cast(sum_ND, dtype),
        tf.reduce_sum(kept_ND, axis=0),
        tf.reduce_sum(slope_ND * normed_ND, axis=0),
        tf.reduce_sum(slope_ND, axis=0),
    )


_forward, _backward = Fused(_norm), Fused(_slopes)
