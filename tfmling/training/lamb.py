"""LAMB (You et al. 2020, "Large Batch Optimization for Deep Learning", 1904.00962, algorithm 2).

Keras's LAMB differs: its weight decay is outside the trust ratio, and it scales biases and layer
norms too.
"""

import tensorflow as tf

from tfmling.training.adamw import AdamW, WeightRule, decay_term


class Lamb(AdamW):
    """AdamW whose update, decay included, is scaled to the norm of the weight.

    Example:
        >>> import keras
        >>> weight = keras.Variable([3.0, 4.0])  # norm 5, and the first update is [1, 0]
        >>> optimizer = Lamb(rules=[WeightRule()], learning_rate=0.1)
        >>> optimizer.apply([tf.constant([2.0, 0.0])], [weight])
        >>> weight.numpy().round(4).tolist()
        [2.5, 4.0]
    """

    def update_weight(
        self, gradient: tf.Tensor, variable: tf.Variable, rate: tf.Tensor, rule: WeightRule
    ) -> None:
        """Update one weight and its moments; arguments as those of `AdamW.update_weight`."""
        update = self._adam_update(gradient, variable)
        if rule.decay:
            update += decay_term(variable, rule)
        ratio = trust_ratio(variable, update) if rule.has_trust_ratio else 1.0
        variable.assign_sub(rate * ratio * update)

    def _adam_update(self, gradient: tf.Tensor, variable: tf.Variable) -> tf.Tensor:
        index = self._get_variable_index(variable)
        momentum, velocity = self._momentums[index].value, self._velocities[index].value
        momentum.assign_add((gradient - momentum) * (1.0 - self.beta_1))
        velocity.assign_add((tf.square(gradient) - velocity) * (1.0 - self.beta_2))
        steps = tf.cast(self.iterations + 1, variable.dtype)
        first = momentum / (1.0 - tf.pow(self.beta_1, steps))
        second = velocity / (1.0 - tf.pow(self.beta_2, steps))
        return first / (tf.sqrt(second) + self.epsilon)


def trust_ratio(weight: tf.Tensor, update: tf.Tensor) -> tf.Tensor:
    """|weight| / |update|, or 1 where either is zero; scalar.

    Example:
        >>> float(trust_ratio(tf.constant([3.0, 4.0]), tf.constant([0.0, 2.0])))
        2.5
    """
    weight_norm, update_norm = tf.norm(weight), tf.norm(update)
    ratio = tf.math.divide_no_nan(weight_norm, update_norm)
    return tf.where((weight_norm > 0) & (update_norm > 0), ratio, 1.0)
