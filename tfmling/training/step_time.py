"""How long a step takes, and how long one takes that is too large to be measured here."""

import time
from dataclasses import dataclass

import tensorflow as tf

from tfmling.training.trainer import Trainer

STEPS = 10


@dataclass(frozen=True)
class StepTime:
    """Seconds of a step, by the share of its work that was measured.

    Attributes:
        share: measured, of the work of a whole step.
        seconds: of a step with that share, mean of ten.
        smaller_share: measured too, about half of it; None where the step was measured whole.
        smaller_seconds: of a step with that.
    """

    share: float
    seconds: float
    smaller_share: float | None = None
    smaller_seconds: float | None = None

    @property
    def is_disturbed(self) -> bool:
        """The smaller share took as long as the larger: other work was on the machine."""
        return self.smaller_seconds is not None and self.smaller_seconds >= self.seconds

    @property
    def fixed_seconds(self) -> float:
        """What does not grow with the batch, the optimizer above all, by the line through both.

        At least nothing, and at most all of the time: on a busy machine less can take longer.
        """
        if self.smaller_share is None or self.smaller_seconds is None:
            return 0.0
        slope = (self.seconds - self.smaller_seconds) / (self.share - self.smaller_share)
        return min(max(self.seconds - slope * self.share, 0.0), self.seconds)

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
