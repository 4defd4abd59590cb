"""What a task's batches hold and how fast the inputs give them."""

import itertools
import time
from dataclasses import dataclass

import tensorflow as tf

from tfmling.objectives.objective import Metrics

BATCHES = 10


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
    """Counts the tokens of the first batches; their rate leaves out the first, which fills buffers.

    Args:
        batches: of features, those that end in `input_mask` being 1 at tokens and 0 at padding.
        examples: records of a batch.
    """
    iterator = iter(batches)
    counted = [_count(next(iterator))]
    started = time.perf_counter()
    counted += [_count(features) for features in itertools.islice(iterator, BATCHES - 1)]
    seconds = time.perf_counter() - started
    return InputFigures(
        examples=examples,
        tokens=sum(tokens for tokens, _ in counted) / BATCHES,
        positions=sum(positions for _, positions in counted) / BATCHES,
        examples_per_second=examples * (BATCHES - 1) / seconds,
    )


def _count(features: Metrics) -> tuple[int, int]:
    # of packed rows the mask holds the number of the text, from 1
    masks = [value > 0 for name, value in features.items() if name.endswith("input_mask")]
    return sum(int(tf.math.count_nonzero(m)) for m in masks), sum(int(tf.size(m)) for m in masks)
