"""Keeps the weights of the best epoch."""

from collections.abc import Sequence

import keras
import numpy as np


class BestWeights:
    """The weights at the highest score so far, in memory.

    Args:
        variables: what is trained.

    Attributes:
        score: the highest so far, -inf at first.
        epoch: that of the highest score; the first of equal ones; 0 at first.
    """

    def __init__(self, variables: Sequence[keras.Variable]):
        self._variables = list(variables)
        self._kept: list[np.ndarray] = []
        self.score = -np.inf
        self.epoch = 0

    def see(self, epoch: int, score: float) -> None:
        """Copies the weights where the score is higher than all before."""
        if score > self.score:
            self.score, self.epoch = score, epoch
            self._kept = [variable.numpy().copy() for variable in self._variables]

    def restore(self) -> None:
        """Gives the variables the kept weights; as they are where none were kept."""
        for variable, kept in zip(self._variables, self._kept, strict=bool(self._kept)):
            variable.assign(kept)
