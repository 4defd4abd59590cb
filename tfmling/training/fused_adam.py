"""Adam in one pass over a weight and its moments."""

import keras
import tensorflow as tf


class FusedAdam(keras.optimizers.Adam):
    """Keras's Adam, whose update is TensorFlow's one operation for it.

    Keras composes the update of a dozen operations, each of which goes through memory; of a table
    of 150,000 rows that is the longest part of a training's step. The numbers are the same to
    rounding (1 - beta_2 is rounded to float32 here: 5e-5 of a moment).
    """

    def update_step(
        self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Changes a weight and its two moments."""
        index = self._get_variable_index(variable)
        done = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.constant(self.beta_1), done),
            beta2_power=tf.pow(tf.constant(self.beta_2), done),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
