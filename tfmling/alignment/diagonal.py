"""The prior of fast_align: a word is translated near its own position in the sentence.

    p(null) = p0,   p(j | i, m, n) = (1 - p0) exp(λ h) / Z,   h(i, j, m, n) = -|i/m - j/n|

Chris Dyer, Victor Chahuneau and Noah A. Smith (2013), "A Simple, Fast, and Effective
Reparameterization of IBM Model 2"; i of m is the target position, j of n the source position, both
from 1. The tension λ is fitted by gradient steps on the expected log likelihood, whose derivative
is the expectation of h under the posterior minus that under the prior. If the null word takes a
share of a target word, the prior's term is multiplied by the rest, as the derivative requires (the
released program omits this). The number and size of steps and the bounds of λ are that program's.

The prior depends only on the two lengths, so it is computed once per pair of lengths.
Shapes: P sentence pairs, S cells of all distinct shapes (null first, as in `word_pairs.Cells`).
"""

import numpy as np

from tfmling.alignment.word_pairs import EncodedSide, ranges

STEPS, STEP_SIZE = 8, 20.0
MIN_TENSION, MAX_TENSION = 0.1, 14.0


class DiagonalPrior:
    """The probability of each alignment position, for all shapes of sentence pairs.

    Args:
        source: the source side; its lengths n.
        target: the target side; its lengths m.
        null_probability: p0.
        tension: λ; with 0 all positions are equally likely.

    Attributes:
        first_P: int64 [P], the position where the cells of each pair's shape begin.
        tension: λ.

    Example:
        >>> source = EncodedSide(words=np.array([0, 1]), lengths=np.array([2]))
        >>> target = EncodedSide(words=np.array([5]), lengths=np.array([1]))
        >>> prior = DiagonalPrior(source, target, null_probability=0.2, tension=0.0)
        >>> prior.probabilities().tolist()
        [0.2, 0.4, 0.4]
    """

    def __init__(
        self, source: EncodedSide, target: EncodedSide, null_probability: float, tension: float
    ):
        self.null_probability = null_probability
        self.tension = tension
        shapes, shape_P = np.unique(
            np.stack([target.lengths, source.lengths]), axis=1, return_inverse=True
        )
        m_shape, n_shape = shapes
        cells_shape = m_shape * (n_shape + 1)
        self.first_P = (np.cumsum(cells_shape) - cells_shape)[shape_P.reshape(-1)]
        self._width_T = np.repeat(n_shape + 1, m_shape)
        self._start_T = np.cumsum(self._width_T) - self._width_T
        self._is_null_S = ranges(self._width_T) == 0
        self._distance_S = self._distances(m_shape, n_shape)

    def _distances(self, m_shape: np.ndarray, n_shape: np.ndarray) -> np.ndarray:
        i_T = ranges(m_shape) + 1
        m_T, n_T = np.repeat(m_shape, m_shape), np.repeat(n_shape, m_shape)
        i_share = np.repeat(i_T / m_T, self._width_T)
        j_share = ranges(self._width_T) / np.repeat(np.maximum(n_T, 1), self._width_T)
        return np.where(self._is_null_S, 0.0, -np.abs(i_share - j_share))

    def probabilities(self) -> np.ndarray:
        """float64 [S]: the prior of each cell; the cells of one target word sum to 1.

        A target word whose pair has no source words has the null word only, with p0.
        """
        weight_S, total_T = self._weights()
        own_S = (1 - self.null_probability) * weight_S / np.repeat(total_T, self._width_T)
        return np.where(self._is_null_S, self.null_probability, own_S)

    def _weights(self) -> tuple[np.ndarray, np.ndarray]:
        """exp(λ h) [S], 0 for the null word, and its sum Z for each target word."""
        weight_S = np.exp(self.tension * self._distance_S)
        weight_S[self._is_null_S] = 0.0
        total_T = np.add.reduceat(weight_S, self._start_T)
        return weight_S, np.where(total_T > 0, total_T, 1.0)

    def fit_tension(self, posterior_S: np.ndarray, target_words: int) -> None:
        """Move λ towards the posterior by gradient steps.

        Args:
            posterior_S: expected number of links of each cell.
            target_words: number in the whole corpus; the gradient is their mean.
        """
        linked_S = np.where(self._is_null_S, 0.0, posterior_S)
        linked_T = np.add.reduceat(linked_S, self._start_T)
        found = linked_S @ self._distance_S
        for _ in range(STEPS):
            weight_S, total_T = self._weights()
            own_T = np.add.reduceat(weight_S * self._distance_S, self._start_T) / total_T
            gradient = (found - linked_T @ own_T) / target_words
            moved = self.tension + STEP_SIZE * gradient
            self.tension = float(np.clip(moved, MIN_TENSION, MAX_TENSION))
