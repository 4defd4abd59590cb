"""LAMB: Adam's step scaled to the size of each weight, for batches of thousands.

You et al. 2020, "Large Batch Optimization for Deep Learning", 1904.00962, algorithm 2. Keras has
one of this name, whose decay is outside the ratio and which scales biases and norms too.
"""

import tensorflow as tf

from tfmling.training.scaled_adamw import ScaledAdamW, decay_of
from tfmling.training.weight_rules import WeightRule


class Lamb(ScaledAdamW):
    """As ScaledAdamW, but a step is `rate x |w| / |step| x step`, the decay being part of it."""

    def move(
        self, gradient: tf.Tensor, variable: tf.Variable, rate: tf.Tensor, rule: WeightRule
    ) -> None:
        """Changes the weight and its moments; `rate` is the weight's own."""
        step = self._adam_step(gradient, variable)
        if rule.decay:
            step += decay_of(variable, rule)
        ratio = trust_ratio(variable, step) if rule.adapts else 1.0
        variable.assign_sub(rate * ratio * step)

    def _adam_step(self, gradient: tf.Tensor, variable: tf.Variable) -> tf.Tensor:
        index = self._get_variable_index(variable)
        momentum, velocity = self._momentums[index].value, self._velocities[index].value
        momentum.assign_add((gradient - momentum) * (1.0 - self.beta_1))
        velocity.assign_add((tf.square(gradient) - velocity) * (1.0 - self.beta_2))
        done = tf.cast(self.iterations + 1, variable.dtype)
        first = momentum / (1.0 - tf.pow(self.beta_1, done))
        second = velocity / (1.0 - tf.pow(self.beta_2, done))
        return first / (tf.sqrt(second) + self.epsilon)


def trust_ratio(variable: tf.Variable, step: tf.Tensor) -> tf.Tensor:
    """|weight| / |step|, and 1 where either is zero; scalar."""
    size, length = tf.norm(variable), tf.norm(step)
    return tf.where((size > 0) & (length > 0), tf.math.divide_no_nan(size, length), 1.0)
