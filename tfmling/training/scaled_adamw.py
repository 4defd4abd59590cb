"""AdamW in which each weight learns, and decays, at its own share of the learning rate."""

from collections.abc import Sequence

import keras
import tensorflow as tf


class ScaledAdamW(keras.optimizers.AdamW):
    """Keras's AdamW with a factor on the learning rate of each variable.

    Args:
        factors: in the order of the variables that `build` gets.
        **arguments: those of `keras.optimizers.AdamW`.
    """

    weight_decay: float

    def __init__(self, *, factors: Sequence[float], **arguments: object):
        super().__init__(**arguments)
        self.factors = tuple(factors)

    def update_step(
        self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """One variable's step."""
        super().update_step(gradient, variable, learning_rate * self._factor(variable))

    def _apply_weight_decay(self, variables: Sequence[keras.Variable]) -> None:
        # AdamW's decay is a share of the learning rate, so it has the same factors
        whole = self.weight_decay
        for factor in sorted(set(self.factors)):
            self.weight_decay = whole * factor
            super()._apply_weight_decay([v for v in variables if self._factor(v) == factor])
        self.weight_decay = whole

    def _factor(self, variable: "keras.Variable | tf.Variable") -> float:
        return self.factors[self._get_variable_index(variable)]
