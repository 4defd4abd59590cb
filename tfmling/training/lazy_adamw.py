"""AdamW that updates only the embedding rows that a batch reads.

In AdamW every row decays in every step, and momentum keeps moving rows that a batch does not read.
Here such rows and their moments stay unchanged, bit for bit; bias correction counts all steps. A
step costs as much as the rows it reads, while AdamW makes five passes over a table of 500,000 rows.

Shapes: N rows read, D width.
"""

import tensorflow as tf

from tfmling.training.adamw import AdamW, WeightRule
from tfmling.training.sparse_gradients import Gradient, sum_by_row


class LazyAdamW(AdamW):
    """AdamW whose sparse gradients update only their own rows and the moments of these.

    Example:
        >>> import keras
        >>> table = keras.Variable([[1.0], [2.0]])
        >>> gradient = tf.IndexedSlices(tf.constant([[3.0]]), tf.constant([1]), tf.constant([2, 1]))
        >>> LazyAdamW(rules=[WeightRule()], learning_rate=0.5).apply([gradient], [table])
        >>> table.numpy().round(4).tolist()
        [[1.0], [1.5]]
    """

    accepts_sparse = True

    def update_weight(
        self, gradient: Gradient, variable: tf.Variable, rate: tf.Tensor, rule: WeightRule
    ) -> None:
        """Update one weight and its moments; arguments as those of `AdamW.update_weight`."""
        if not isinstance(gradient, tf.IndexedSlices):
            return super().update_weight(gradient, variable, rate, rule)
        rows_N, gradients_ND, is_used_N = sum_by_row(gradient)
        used_N1 = tf.cast(is_used_N, gradients_ND.dtype)[:, tf.newaxis]
        index = self._get_variable_index(variable)
        momentum, velocity = self._momentums[index].value, self._velocities[index].value
        first_ND = _update_moment(momentum, rows_N, gradients_ND, 1.0 - self.beta_1, used_N1)
        squares_ND = tf.square(gradients_ND)
        second_ND = _update_moment(velocity, rows_N, squares_ND, 1.0 - self.beta_2, used_N1)
        steps = tf.cast(self.iterations + 1, tf.float32)
        correction = tf.sqrt(1.0 - tf.pow(self.beta_2, steps))
        alpha = rate * correction / (1.0 - tf.pow(self.beta_1, steps))
        update_ND = alpha * first_ND / (tf.sqrt(second_ND) + self.epsilon)
        update_ND += rate * _decay_of_rows(variable, rows_N, rule)
        variable.scatter_sub(tf.IndexedSlices(update_ND * used_N1, rows_N))
        return None


def _update_moment(
    slot: tf.Variable, rows_N: tf.Tensor, target_ND: tf.Tensor, rate: float, used_N1: tf.Tensor
) -> tf.Tensor:
    """Move rows of a slot towards their target by `rate`; returns the new rows [N, D]."""
    old_ND = tf.gather(slot, rows_N)
    change_ND = (target_ND - old_ND) * rate * used_N1
    slot.scatter_add(tf.IndexedSlices(change_ND, rows_N))
    return old_ND + change_ND


def _decay_of_rows(variable: tf.Variable, rows_N: tf.Tensor, rule: WeightRule) -> tf.Tensor:
    decays_N = tf.cast(rows_N >= rule.first_decayed_row, tf.float32) * rule.decay
    return decays_N[:, tf.newaxis] * tf.gather(variable, rows_N)
