"""Bias, dropout, residual and layer norm after a matrix product: one pass forward, one backward.

Layer norm: Ba et al. 2016, 1607.06450. Shapes: N positions, D width.
"""

from collections.abc import Callable

import tensorflow as tf

from tfmling.modeling.bert.dropout import drop
from tfmling.modeling.bert.fused import Fused, is_fused

_Gradients = tuple[tf.Tensor, ...]


def residual_norm(
    products_ND: tf.Tensor,
    residual_ND: tf.Tensor,
    bias_D: tf.Tensor,
    gamma_D: tf.Tensor,
    beta_D: tf.Tensor,
    *,
    epsilon: float,
    key: tf.Tensor | None,
    rate: float,
) -> tf.Tensor:
    """LayerNorm(residual + dropout(products + bias)), in the dtype of the products.

    Args:
        products_ND: output of the layer's last matrix product.
        residual_ND: input of the layer, of the same dtype.
        bias_D: float32, added to the products.
        gamma_D: float32, scale of the norm.
        beta_D: float32, offset of the norm.
        epsilon: added to the variance.
        key: of the dropout mask; None drops nothing.
        rate: of the dropout.

    Example:
        >>> ones, zeros = tf.ones([2]), tf.zeros([2])
        >>> normed = residual_norm(tf.constant([[1.0, 2.0]]), tf.constant([[0.0, 1.0]]), zeros,
        ...                        ones, zeros, epsilon=0.0, key=None, rate=0.0)
        >>> normed.numpy()  # of [1, 3]: mean 2, deviation 1
        array([[-1.,  1.]], dtype=float32)
    """
    tensors = (products_ND, residual_ND, bias_D, gamma_D, beta_D)
    if key is None and not is_fused(products_ND):
        return _norm(*tensors, epsilon, key, rate)[0]

    @tf.custom_gradient
    def normed(*tensors: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], _Gradients]]:
        output_ND, normed_ND, inverse_N1 = _fused_norm(*tensors, epsilon, key, rate)

        def gradient(grad_ND: tf.Tensor) -> _Gradients:
            return _fused_gradient(grad_ND, normed_ND, inverse_N1, tensors[3], key, rate)

        return output_ND, gradient

    return normed(*tensors)


def _norm(
    products_ND: tf.Tensor,
    residual_ND: tf.Tensor,
    bias_D: tf.Tensor,
    gamma_D: tf.Tensor,
    beta_D: tf.Tensor,
    epsilon: float,
    key: tf.Tensor | None,
    rate: float,
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The output, the normalized sum before gamma, and its inverse deviation float32 [N, 1]."""
    kept_ND = drop(tf.nn.bias_add(tf.cast(products_ND, tf.float32), bias_D), key, rate)
    sum_ND = tf.cast(residual_ND, tf.float32) + kept_ND
    centred_ND = sum_ND - tf.reduce_mean(sum_ND, axis=1, keepdims=True)
    variance_N1 = tf.reduce_mean(tf.square(centred_ND), axis=1, keepdims=True)
    inverse_N1 = tf.math.rsqrt(variance_N1 + epsilon)
    normed_ND = centred_ND * inverse_N1
    dtype = products_ND.dtype
    return tf.cast(normed_ND * gamma_D + beta_D, dtype), tf.cast(normed_ND, dtype), inverse_N1


def _norm_gradient(
    grad_ND: tf.Tensor,
    normed_ND: tf.Tensor,
    inverse_N1: tf.Tensor,
    gamma_D: tf.Tensor,
    key: tf.Tensor | None,
    rate: float,
) -> _Gradients:
    """Gradients of products, residual, bias, gamma and beta."""
    dtype = grad_ND.dtype
    grad_ND, normed_ND = tf.cast(grad_ND, tf.float32), tf.cast(normed_ND, tf.float32)
    scaled_ND = grad_ND * gamma_D
    along_N1 = tf.reduce_mean(scaled_ND * normed_ND, axis=1, keepdims=True)
    centred_ND = scaled_ND - tf.reduce_mean(scaled_ND, axis=1, keepdims=True)
    sum_ND = inverse_N1 * (centred_ND - normed_ND * along_N1)
    kept_ND = drop(sum_ND, key, rate)
    return (
        tf.cast(kept_ND, dtype),
        tf.cast(sum_ND, dtype),
        tf.reduce_sum(kept_ND, axis=0),
        tf.reduce_sum(grad_ND * normed_ND, axis=0),
        tf.reduce_sum(grad_ND, axis=0),
    )


_fused_norm, _fused_gradient = Fused(_norm), Fused(_norm_gradient)
