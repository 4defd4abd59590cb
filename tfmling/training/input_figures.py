"""What a task's batches hold and how fast the inputs give them."""

import itertools
import time
from dataclasses import dataclass

import tensorflow as tf

from tfmling.objectives.objective import Metrics

BATCHES = 10
ENOUGH_SECONDS = 10.0  # of a large batch fewer are read


@dataclass(frozen=True)
class InputFigures:
    """Means over the measured batches of one task.

    Attributes:
        examples: records of a global batch.
        tokens: of a batch, without padding.
        positions: of a batch, with padding.
        examples_per_second: what the input pipeline gives where nothing else runs.
    """

    examples: int
    tokens: float
    positions: float
    examples_per_second: float

    @property
    def padding_share(self) -> float:
        """Positions that hold no token."""
        return 1.0 - self.tokens / self.positions


def measure_batches(batches: tf.data.Dataset, examples: int) -> InputFigures:
    """Counts the tokens of at most ten batches, of fewer where that takes more than ten seconds.

    Their rate leaves out the first, which fills buffers.

    Args:
        batches: of features, those that end in `input_mask` being 1 at tokens and 0 at padding.
        examples: records of a batch.
    """
    iterator = iter(batches)
    counted = [_count(next(iterator))]
    started = time.perf_counter()
    for features in itertools.islice(iterator, BATCHES - 1):
        counted.append(_count(features))
        seconds = time.perf_counter() - started
        if seconds > ENOUGH_SECONDS:
            break
    tokens, positions = (sum(column) / len(counted) for column in zip(*counted, strict=True))
    return InputFigures(examples, tokens, positions, examples * (len(counted) - 1) / seconds)


def _count(features: Metrics) -> tuple[int, int]:
    # of packed rows the mask holds the number of the text, from 1
    masks = [value > 0 for name, value in features.items() if name.endswith("input_mask")]
    return sum(int(tf.math.count_nonzero(m)) for m in masks), sum(int(tf.size(m)) for m in masks)
