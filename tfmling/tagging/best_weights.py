"""Keeps the weights of the best epoch."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf


class BestWeights(tf.Module):
    """The weights at the highest score so far, in memory, as variables that checkpoints hold.

    Args:
        variables: what is trained.
    """

    def __init__(self, variables: Sequence[keras.Variable]):
        super().__init__(name="best_weights")
        self._variables = list(variables)
        self._kept = [tf.Variable(v.value, trainable=False) for v in self._variables]
        self._score = tf.Variable(-np.inf, dtype=tf.float64, trainable=False)
        self._epoch = tf.Variable(0, dtype=tf.int64, trainable=False)

    @property
    def score(self) -> float:
        """The highest so far, -inf at first."""
        return float(self._score.numpy())

    @property
    def epoch(self) -> int:
        """That of the highest score; the first of equal ones; 0 at first."""
        return int(self._epoch.numpy())

    def see(self, epoch: int, score: float) -> None:
        """Copies the weights where the score is higher than all before."""
        if score > self.score:
            self._score.assign(score)
            self._epoch.assign(epoch)
            for kept, variable in zip(self._kept, self._variables, strict=True):
                kept.assign(variable.value)

    def restore(self) -> None:
        """Gives the variables the kept weights: those of the start where none was seen."""
        for variable, kept in zip(self._variables, self._kept, strict=True):
            variable.assign(kept)
