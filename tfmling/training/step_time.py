"""How long a step takes, and how long one takes that is too large to be measured here."""

import time
from dataclasses import dataclass

import tensorflow as tf

from tfmling.training.trainer import Trainer

STEPS = 10


@dataclass(frozen=True)
class StepTime:
    """Seconds of a step, by the share of the batch that was measured.

    Attributes:
        share: measured, of the batch.
        seconds: of a step with that share, mean of ten.
        half_seconds: of a step with half of that share; None where the batch was measured whole.
    """

    share: float
    seconds: float
    half_seconds: float | None = None

    @property
    def is_disturbed(self) -> bool:
        """Half of the share took as long as all of it: other work was on the machine."""
        return self.half_seconds is not None and self.half_seconds >= self.seconds

    @property
    def fixed_seconds(self) -> float:
        """What does not grow with the batch, the optimizer above all, by the line through both.

        At least nothing, and at most all of the time: on a busy machine half can take longer.
        """
        if self.half_seconds is None:
            return 0.0
        return min(max(2 * self.half_seconds - self.seconds, 0.0), self.seconds)

    @property
    def whole_seconds(self) -> float:
        """Of a step with the whole batch, on the same line."""
        return self.fixed_seconds + (self.seconds - self.fixed_seconds) / self.share


def seconds_per_step(trainer: Trainer) -> float:
    """The mean of ten steps, after one that traces and compiles."""
    trainer.train(tf.constant(1))
    started = time.perf_counter()
    metrics = trainer.train(tf.constant(STEPS))
    float(metrics["loss"])  # waits for the device
    return (time.perf_counter() - started) / STEPS
