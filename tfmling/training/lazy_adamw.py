"""AdamW that leaves alone the rows of a table that a batch has not read.

What it changes: in AdamW every row of the table decays in every step, and goes on moving by what is
left of its momentum; here a row that is not read keeps its value and its moments, bit for bit. The
correction for the moments' start at zero counts all steps, also those in which a row was not read.
A step costs what the rows that were read cost, where AdamW walks five times through a table of
500,000 rows. Shapes: N rows read, D width.
"""

import tensorflow as tf

from tfmling.training.row_gradients import Gradient, distinct_rows
from tfmling.training.scaled_adamw import ScaledAdamW
from tfmling.training.weight_rules import WeightRule


class LazyAdamW(ScaledAdamW):
    """As ScaledAdamW, but a gradient by rows changes these rows and their moments only."""

    by_rows = True

    def move(
        self, gradient: Gradient, variable: tf.Variable, rate: tf.Tensor, rule: WeightRule
    ) -> None:
        """Changes the weight and its moments; `rate` is the weight's own."""
        if not isinstance(gradient, tf.IndexedSlices):
            return super().move(gradient, variable, rate, rule)
        rows_N, slopes_ND, is_used_N = distinct_rows(gradient)
        used_N1 = tf.cast(is_used_N, slopes_ND.dtype)[:, tf.newaxis]
        index = self._get_variable_index(variable)
        momentum, velocity = self._momentums[index].value, self._velocities[index].value
        first_ND = _approach(momentum, rows_N, slopes_ND, 1.0 - self.beta_1, used_N1)
        second_ND = _approach(velocity, rows_N, tf.square(slopes_ND), 1.0 - self.beta_2, used_N1)
        done = tf.cast(self.iterations + 1, tf.float32)
        alpha = rate * tf.sqrt(1.0 - tf.pow(self.beta_2, done)) / (1.0 - tf.pow(self.beta_1, done))
        step_ND = alpha * first_ND / (tf.sqrt(second_ND) + self.epsilon)
        step_ND += rate * _decay(variable, rows_N, rule)
        variable.scatter_sub(tf.IndexedSlices(step_ND * used_N1, rows_N))
        return None


def _approach(
    slot: tf.Variable, rows_N: tf.Tensor, goal_ND: tf.Tensor, share: float, used_N1: tf.Tensor
) -> tf.Tensor:
    """Takes rows of a slot a share of the way to their goal; the new rows [N, D]."""
    old_ND = tf.gather(slot, rows_N)
    change_ND = (goal_ND - old_ND) * share * used_N1
    slot.scatter_add(tf.IndexedSlices(change_ND, rows_N))
    return old_ND + change_ND


def _decay(variable: tf.Variable, rows_N: tf.Tensor, rule: WeightRule) -> tf.Tensor:
    decays_N = tf.cast(rows_N >= rule.first_decayed_row, tf.float32) * rule.decay
    return decays_N[:, tf.newaxis] * tf.gather(variable, rows_N)
