"""A translation lexicon of pieces, learned by IBM Model 1 (Brown et al. 1993).

Shapes: C cells (a source piece beside a target piece in one pair), K distinct cells.
"""

from collections.abc import Sequence

import numpy as np

NULL = -1  # the null word, the source of words without a counterpart


class Lexicon:
    """t(target piece | source piece), estimated by expectation maximization.

    Args:
        sources: piece ids of each source sentence; the null word is added to each.
        targets: piece ids of each translation.
        iterations: of EM, from a uniform start.

    Raises:
        ValueError: the two sides differ in length, or contain no words.

    Example:
        >>> lexicon = Lexicon([[1]], [[7]])
        >>> {source: targets.tolist() for source, (targets, _) in lexicon.translations(0.5).items()}
        {1: [7]}
    """

    def __init__(
        self,
        sources: Sequence[Sequence[int]],
        targets: Sequence[Sequence[int]],
        iterations: int = 5,
    ):
        if len(sources) != len(targets):
            raise ValueError(f"expected as many targets as sources; got {len(targets)} targets "
                             f"and {len(sources)} sources")  # fmt: skip
        source_C, target_C, position_C = _cells(sources, targets)
        if not len(source_C):
            raise ValueError("no sentence pair has words on both sides")
        self.source_K, self.target_K, cell_C = _distinct(source_C, target_C)
        self.probability_K = np.ones(len(self.source_K))
        for _ in range(iterations):
            self._step(cell_C, position_C)

    def _step(self, cell_C: np.ndarray, position_C: np.ndarray) -> None:
        # each target position spreads a count of one over the source pieces of its sentence
        weight_C = self.probability_K[cell_C]
        weight_C /= np.bincount(position_C, weight_C)[position_C]
        count_K = np.bincount(cell_C, weight_C, minlength=len(self.source_K))
        shifted_K = self.source_K - NULL
        self.probability_K = count_K / np.bincount(shifted_K, count_K)[shifted_K]

    def translations(self, min_probability: float) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """Target pieces and probabilities (at least `min_probability`) of each source piece."""
        kept = (self.probability_K >= min_probability) & (self.source_K != NULL)
        source, target = self.source_K[kept], self.target_K[kept]
        probability = self.probability_K[kept]
        pieces, starts = np.unique(source, return_index=True)  # cells are sorted by source
        ends = [*starts[1:], len(source)]
        return {
            int(piece): (target[start:end], probability[start:end])
            for piece, start, end in zip(pieces, starts, ends, strict=True)
        }


def _cells(
    sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    source_parts: list[np.ndarray] = []
    target_parts: list[np.ndarray] = []
    position_parts: list[np.ndarray] = []
    positions = 0
    for source, target in zip(sources, targets, strict=True):
        with_null = np.array([NULL, *source], np.int32)
        source_parts.append(np.tile(with_null, len(target)))
        target_parts.append(np.repeat(np.array(target, np.int32), len(with_null)))
        own = np.arange(positions, positions + len(target), dtype=np.int32)
        position_parts.append(np.repeat(own, len(with_null)))
        positions += len(target)
    if not source_parts:
        empty = np.zeros(0, np.int32)
        return empty, empty, empty
    return (
        np.concatenate(source_parts),
        np.concatenate(target_parts),
        np.concatenate(position_parts),
    )


def _distinct(
    source_C: np.ndarray, target_C: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    width = int(target_C.max()) + 1
    keys, cell_C = np.unique(
        (source_C.astype(np.int64) - NULL) * width + target_C, return_inverse=True
    )
    return keys // width + NULL, keys % width, cell_C.astype(np.int32)
