"""GELU (Hendrycks and Gimpel 2016, 1606.08415) of a product and its bias, one pass each way.

Shapes: N positions, F width of the feed-forward part.
"""

import math
from collections.abc import Callable

import tensorflow as tf

from tfmling.modeling.bert.fused import Fused, pays

_CUBIC, _TANH_SCALE = 0.044715, math.sqrt(2 / math.pi)


def gelu_with_bias(products_NF: tf.Tensor, bias_F: tf.Tensor, approximate: bool) -> tf.Tensor:
    """GELU(products + bias), exact or by its tanh approximation; in the type of the products."""
    if not pays(products_NF):
        return _activate(products_NF, bias_F, approximate)

    @tf.custom_gradient
    def activated(
        products_NF: tf.Tensor, bias_F: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
        def gradient(slope_NF: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return _backward(products_NF, bias_F, slope_NF, approximate)

        return _forward(products_NF, bias_F, approximate), gradient

    return activated(products_NF, bias_F)


def _activate(products_NF: tf.Tensor, bias_F: tf.Tensor, approximate: bool) -> tf.Tensor:
    # as TensorFlow writes it: LiteRT knows GELU by this pattern only
    x_NF = tf.nn.bias_add(tf.cast(products_NF, tf.float32), bias_F)
    return tf.cast(tf.nn.gelu(x_NF, approximate), products_NF.dtype)


def _slopes(
    products_NF: tf.Tensor, bias_F: tf.Tensor, slope_NF: tf.Tensor, approximate: bool
) -> tuple[tf.Tensor, tf.Tensor]:
    x_NF = tf.cast(products_NF, tf.float32) + bias_F
    chance_NF = _chance(x_NF, approximate)
    density_NF = _density(x_NF, chance_NF, approximate)
    own_NF = tf.cast(slope_NF, tf.float32) * (chance_NF + x_NF * density_NF)
    return tf.cast(own_NF, products_NF.dtype), tf.reduce_sum(own_NF, axis=0)


def _chance(x: tf.Tensor, approximate: bool) -> tf.Tensor:
    """The normal distribution function of x."""
    if approximate:
        return 0.5 * (1.0 + tf.tanh(_TANH_SCALE * (x + _CUBIC * x * x * x)))
    return 0.5 * (1.0 + tf.math.erf(x * math.sqrt(0.5)))


def _density(x: tf.Tensor, chance: tf.Tensor, approximate: bool) -> tf.Tensor:
    """The derivative of `_chance`."""
    if approximate:
        # of (1 + tanh u) / 2: 2 chance (1 - chance) du/dx
        inner = _TANH_SCALE * (1.0 + 3.0 * _CUBIC * x * x)
        return 2.0 * chance * (1.0 - chance) * inner
    return tf.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


_forward, _backward = Fused(_activate), Fused(_slopes)
