"""A learned inverse temperature."""

import math

import keras
import tensorflow as tf


class LearnedScale(keras.layers.Layer):
    """A learned scale, strictly between two bounds.

    scale = lowest * (highest / lowest) ** sigmoid(scale_logit). The logarithm is learned, as in
    CLIP (Radford et al. 2021, 2103.00020, section 2.3). CLIP clips it, which stops the gradient
    beyond the bound; the sigmoid does not. The optimizer applies no weight decay to `scale_logit`,
    which would pull the scale to the middle of its bounds.

    Args:
        initial: the first scale.
        lowest: exclusive lower bound.
        highest: exclusive upper bound.

    Raises:
        ValueError: `initial` is not between the bounds.

    Example:
        >>> round(float(LearnedScale(20.0, lowest=5.0, highest=100.0).value()), 3)
        20.0
    """

    def __init__(self, initial: float, lowest: float, highest: float):
        super().__init__(name="scale", dtype="float32")
        if not 0 < lowest < initial < highest:
            raise ValueError(
                f"a learned scale must start between its bounds {lowest} and {highest}, both "
                f"above 0; got {initial}"
            )
        self.lowest = lowest
        self.log_range = math.log(highest / lowest)
        share = math.log(initial / lowest) / self.log_range
        self.scale_logit = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(math.log(share / (1 - share))),
            name="scale_logit",
        )

    def value(self) -> tf.Tensor:
        """The current scale, float32 scalar."""
        return self.lowest * tf.exp(self.log_range * tf.sigmoid(self.scale_logit.value))

    def call(self, cosines: tf.Tensor) -> tf.Tensor:
        """Scale cosines of any shape."""
        return self.value() * cosines
