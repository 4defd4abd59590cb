"""GELU (Hendrycks and Gimpel 2016, 1606.08415) with bias: one pass forward, one backward.

Shapes: N positions, F width of the feed-forward layer.
"""

import math
from collections.abc import Callable

import tensorflow as tf

from tfmling.modeling.bert.fused import Fused, is_fused

_CUBIC, _TANH_SCALE = 0.044715, math.sqrt(2 / math.pi)


def gelu_with_bias(products_NF: tf.Tensor, bias_F: tf.Tensor, approximate: bool) -> tf.Tensor:
    """GELU(products + bias), exact or by the tanh approximation, in the dtype of the products.

    Example:
        >>> gelu_with_bias(tf.constant([[-1.0, 0.0]]), tf.constant([1.0, 0.0]), False).numpy()
        array([[0., 0.]], dtype=float32)
    """
    if not is_fused(products_NF):
        return _gelu(products_NF, bias_F, approximate)

    @tf.custom_gradient
    def activated(
        products_NF: tf.Tensor, bias_F: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
        def gradient(grad_NF: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return _fused_gradient(products_NF, bias_F, grad_NF, approximate)

        return _fused_gelu(products_NF, bias_F, approximate), gradient

    return activated(products_NF, bias_F)


def _gelu(products_NF: tf.Tensor, bias_F: tf.Tensor, approximate: bool) -> tf.Tensor:
    # as TensorFlow writes it: LiteRT recognizes GELU by this pattern only
    x_NF = tf.nn.bias_add(tf.cast(products_NF, tf.float32), bias_F)
    return tf.cast(tf.nn.gelu(x_NF, approximate), products_NF.dtype)


def _gelu_gradient(
    products_NF: tf.Tensor, bias_F: tf.Tensor, grad_NF: tf.Tensor, approximate: bool
) -> tuple[tf.Tensor, tf.Tensor]:
    x_NF = tf.cast(products_NF, tf.float32) + bias_F
    cdf_NF = _cdf(x_NF, approximate)
    pdf_NF = _pdf(x_NF, cdf_NF, approximate)
    input_grad_NF = tf.cast(grad_NF, tf.float32) * (cdf_NF + x_NF * pdf_NF)
    return tf.cast(input_grad_NF, products_NF.dtype), tf.reduce_sum(input_grad_NF, axis=0)


def _cdf(x: tf.Tensor, approximate: bool) -> tf.Tensor:
    """Cumulative distribution function of the normal distribution."""
    if approximate:
        return 0.5 * (1.0 + tf.tanh(_TANH_SCALE * (x + _CUBIC * x * x * x)))
    return 0.5 * (1.0 + tf.math.erf(x * math.sqrt(0.5)))


def _pdf(x: tf.Tensor, cdf: tf.Tensor, approximate: bool) -> tf.Tensor:
    """Derivative of `_cdf`."""
    if approximate:
        # of (1 + tanh u) / 2: 2 cdf (1 - cdf) du/dx
        inner = _TANH_SCALE * (1.0 + 3.0 * _CUBIC * x * x)
        return 2.0 * cdf * (1.0 - cdf) * inner
    return tf.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


_fused_gelu, _fused_gradient = Fused(_gelu), Fused(_gelu_gradient)
