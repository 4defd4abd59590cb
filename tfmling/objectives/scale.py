"""What multiplies the cosines before the softmax: a fixed number, or one that is learned."""

import math

import keras
import tensorflow as tf


class FixedScale:
    """A number that stays."""

    def __init__(self, number: float):
        self.number = number

    def __call__(self, cosines: tf.Tensor) -> tf.Tensor:
        """Scaled cosines, of the same shape."""
        return self.number * cosines


class LearnedScale(keras.layers.Layer):
    """A learned scale between two bounds, which it never reaches.

    scale = lowest * (highest / lowest) ** sigmoid(scale_logit). Its logarithm is learned, as in
    CLIP (Radford et al. 2021, 2103.00020, section 2.3); a clipped one, as there, gets no gradient
    beyond its bound and stays there. The optimizer does not decay `scale_logit`: a decay would draw
    the scale to the middle of its bounds.

    Raises:
        ValueError: `start` does not lie between the bounds.
    """

    def __init__(self, start: float, lowest: float, highest: float):
        super().__init__(name="scale", dtype="float32")
        if not 0 < lowest < start < highest:
            raise ValueError(
                f"a learned scale must start between its bounds {lowest} and {highest}, both "
                f"above 0; got {start}"
            )
        self.lowest = lowest
        self.log_range = math.log(highest / lowest)
        share = math.log(start / lowest) / self.log_range
        self.scale_logit = self.add_weight(
            shape=(),
            initializer=keras.initializers.Constant(math.log(share / (1 - share))),
            name="scale_logit",
        )

    def number(self) -> tf.Tensor:
        """The scale now, float32 scalar."""
        return self.lowest * tf.exp(self.log_range * tf.sigmoid(self.scale_logit.value))

    def call(self, cosines: tf.Tensor) -> tf.Tensor:
        """Scaled cosines, of the same shape."""
        return self.number() * cosines
