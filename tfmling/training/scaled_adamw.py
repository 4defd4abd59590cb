"""AdamW in which each weight learns and decays by a rule of its own, and weights are averaged."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from tfmling.training.fused_adam import FusedAdam
from tfmling.training.weight_rules import WeightRule


class ScaledAdamW(FusedAdam):
    """Adam with decoupled decay (Loshchilov and Hutter 2019, 1711.05101), by rule.

    Args:
        rules: in the order of the variables that `build` gets.
        ema_decay: what the mean of a weight keeps in each step (0.999); None keeps no means.
        **arguments: those of `keras.optimizers.Adam`.

    Attributes:
        by_rows: whether gradients of a table may come as the rows that were read.
    """

    by_rows = False

    def __init__(
        self, *, rules: Sequence[WeightRule], ema_decay: float | None = None, **arguments: object
    ):
        super().__init__(**arguments)
        self.rules = tuple(rules)
        self.ema_decay = ema_decay

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Makes the slots; means begin as the weights are."""
        super().build(variables)
        self.averages: list[keras.Variable] = []
        if self.ema_decay is not None:
            self.averages = self.add_optimizer_variables(variables, "average")
        self._begin_averages()

    def _begin_averages(self) -> None:
        for mean, variable in zip(self.averages, self._trainable_variables, strict=False):
            mean.assign(variable)

    def use_averages(self) -> None:
        """Gives every trained weight its mean; nothing where no means are kept."""
        for mean, variable in zip(self.averages, self._trainable_variables, strict=False):
            variable.assign(mean)

    def stop_rows(self, variable: keras.Variable, rows: int) -> None:
        """Makes the first rows of a weight stay where they are, as long as their gradient is zero.

        Adam would go on moving them by their momentum, and means that are published would differ.
        """
        index = self._get_variable_index(variable)
        for slot in (self._momentums[index], self._velocities[index]):
            _assign_rows(slot, tf.zeros_like(slot), rows)
        for mean in self.averages[index : index + 1]:
            _assign_rows(mean, variable, rows)

    def update_step(
        self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """One variable's step: decay, Adam, mean."""
        rule = self.rules[self._get_variable_index(variable)]
        self.move(gradient, variable, learning_rate * rule.rate, rule)
        if self.ema_decay is not None:
            mean = self.averages[self._get_variable_index(variable)].value
            mean.assign_add((variable - mean) * (1.0 - self.ema_decay))

    def move(
        self, gradient: tf.Tensor, variable: tf.Variable, rate: tf.Tensor, rule: WeightRule
    ) -> None:
        """Changes the weight and its moments; `rate` is the weight's own."""
        if rule.first_decayed_row:
            variable.assign_sub(rate * decay_of(variable, rule))
        elif rule.decay:
            # one pass over the weight where the line above takes three
            variable.assign(variable * (1.0 - rate * rule.decay))
        super().update_step(gradient, variable, rate)


def _assign_rows(slot: keras.Variable, values_VD: "keras.Variable | tf.Tensor", rows: int) -> None:
    """The first rows are those of the values, the others stay."""
    slot.assign(tf.concat([values_VD[:rows], slot[rows:]], axis=0))


def decay_of(variable: tf.Variable, rule: WeightRule) -> tf.Tensor:
    """What a step at rate 1 takes away from a weight; zero in the rows that are not decayed."""
    value = tf.convert_to_tensor(variable)
    if rule.first_decayed_row:
        kept, decayed = value[: rule.first_decayed_row], value[rule.first_decayed_row :]
        value = tf.concat([tf.zeros_like(kept), decayed], axis=0)
    return rule.decay * value
