"""AdamW with a learning rate and a weight decay for each weight, and an average of the weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import tensorflow as tf


@dataclass(frozen=True)
class WeightRule:
    """How one weight learns.

    Attributes:
        multiplier: factor on the learning rate.
        decay: weight decay.
        first_decayed_row: rows before this one are not decayed.
        has_trust_ratio: whether LAMB scales the update to the norm of the weight.

    Example:
        >>> rule = WeightRule(multiplier=0.1, decay=0.01)
        >>> rule.multiplier, rule.has_trust_ratio
        (0.1, True)
    """

    multiplier: float = 1.0
    decay: float = 0.0
    first_decayed_row: int = 0
    has_trust_ratio: bool = True


class AdamW(keras.optimizers.Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, 1711.05101).

    The update is TensorFlow's fused operation. Keras composes it of a dozen operations, each a pass
    over memory, which dominates the step for an embedding table of 150,000 rows. Results agree up
    to rounding (1 - beta_2 is rounded to float32 here: 5e-5 of a moment).

    Args:
        rules: one for each variable, in the order of `build`.
        ema_decay: decay of the exponential moving average of the weights; None keeps no average.
        **arguments: those of `keras.optimizers.Adam`.

    Attributes:
        accepts_sparse: whether gradients of an embedding table may be `tf.IndexedSlices`.

    Example:
        >>> weight = keras.Variable([1.0])
        >>> optimizer = AdamW(rules=[WeightRule(decay=0.5)], learning_rate=0.5)
        >>> optimizer.apply([tf.constant([3.0])], [weight])
        >>> weight.numpy().round(4).tolist()  # 1 x (1 - 0.5 x 0.5) - 0.5
        [0.25]
    """

    accepts_sparse = False

    def __init__(
        self, *, rules: Sequence[WeightRule], ema_decay: float | None = None, **arguments: object
    ):
        super().__init__(**arguments)
        self.rules = tuple(rules)
        self.ema_decay = ema_decay

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Create the slots; averages start at the current weights."""
        super().build(variables)
        self.averages: list[keras.Variable] = []
        if self.ema_decay is not None:
            self.averages = self.add_optimizer_variables(variables, "average")
        for average, variable in zip(self.averages, self._trainable_variables, strict=False):
            average.assign(variable)

    def use_averages(self) -> None:
        """Overwrite each trained weight with its average; does nothing without `ema_decay`."""
        for average, variable in zip(self.averages, self._trainable_variables, strict=False):
            variable.assign(average)

    def freeze_rows(self, variable: keras.Variable, rows: int) -> None:
        """Reset the slots of the first rows, so that zero gradients leave those rows unchanged.

        Otherwise their momentum would keep moving them, and their averages would differ from them.
        """
        index = self._get_variable_index(variable)
        for slot in (self._momentums[index], self._velocities[index]):
            _assign_rows(slot, tf.zeros_like(slot), rows)
        for average in self.averages[index : index + 1]:
            _assign_rows(average, variable, rows)

    def update_step(
        self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Update one weight, its moments and its average."""
        index = self._get_variable_index(variable)
        rule = self.rules[index]
        self.update_weight(gradient, variable, learning_rate * rule.multiplier, rule)
        if self.ema_decay is not None:
            average = self.averages[index].value
            average.assign_add((variable - average) * (1.0 - self.ema_decay))

    def update_weight(
        self, gradient: tf.Tensor, variable: tf.Variable, rate: tf.Tensor, rule: WeightRule
    ) -> None:
        """Update one weight and its moments.

        Args:
            gradient: of the weight.
            variable: the weight.
            rate: the learning rate of this weight.
            rule: decay of this weight.
        """
        if rule.first_decayed_row:
            variable.assign_sub(rate * decay_term(variable, rule))
        elif rule.decay:
            # one pass over the weight, where the line above takes three
            variable.assign(variable * (1.0 - rate * rule.decay))
        index = self._get_variable_index(variable)
        steps = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.constant(self.beta_1), steps),
            beta2_power=tf.pow(tf.constant(self.beta_2), steps),
            lr=tf.cast(rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


def _assign_rows(slot: keras.Variable, values_VD: "keras.Variable | tf.Tensor", rows: int) -> None:
    slot.assign(tf.concat([values_VD[:rows], slot[rows:]], axis=0))


def decay_term(variable: tf.Variable, rule: WeightRule) -> tf.Tensor:
    """The weight decay of a step with learning rate 1; zero for rows that are not decayed.

    Example:
        >>> rule = WeightRule(decay=0.5, first_decayed_row=1)
        >>> decay_term(tf.Variable([[2.0], [4.0]]), rule).numpy().tolist()
        [[0.0], [2.0]]
    """
    value = tf.convert_to_tensor(variable)
    if rule.first_decayed_row:
        kept, decayed = value[: rule.first_decayed_row], value[rule.first_decayed_row :]
        value = tf.concat([tf.zeros_like(kept), decayed], axis=0)
    return rule.decay * value
