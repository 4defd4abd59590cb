"""The margin of a ranking loss at a step of the training."""

import tensorflow as tf


class Margin:
    """Rises linearly from 0 to `value` in `warmup_steps` and stays; at once where these are 0.

    Args:
        value: what is taken from the cosine of a true pair in the end.
        warmup_steps: the step after which it is whole.
        step: counts the training's steps; None where no training runs: the whole margin.
    """

    def __init__(self, value: float, warmup_steps: int = 0, step: tf.Variable | None = None):
        self.value = value
        self.warmup_steps = warmup_steps
        self.step = step

    def __call__(self) -> tf.Tensor:
        """The margin now, float32 scalar."""
        if self.step is None or not self.warmup_steps:
            return tf.constant(self.value, tf.float32)
        done = tf.cast(self.step, tf.float32) / self.warmup_steps
        return self.value * tf.minimum(done, 1.0)
