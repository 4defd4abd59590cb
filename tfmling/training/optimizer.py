"""The optimizer that settings name, with warm-up, as BERT was trained (Devlin et al. 2019, A.2)."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from tfmling.training.lamb import Lamb
from tfmling.training.lazy_adamw import LazyAdamW
from tfmling.training.scaled_adamw import ScaledAdamW
from tfmling.training.settings import Optimizer
from tfmling.training.weight_rules import weight_rules

KINDS: dict[str, type[ScaledAdamW]] = {
    "adamw": ScaledAdamW,
    "lamb": Lamb,
    "lazy_adamw": LazyAdamW,
}


class WarmupSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """Rises linearly to `peak` in `warmup_steps`, then falls linearly to 0 at `steps` or stays."""

    def __init__(self, peak: float, warmup_steps: int, steps: int, decay: str):
        self.peak = peak
        self.warmup_steps = warmup_steps
        self.steps = steps
        self.decay = decay

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """The learning rate of a step (counted from 0), float32 scalar."""
        done = tf.cast(step, tf.float32) + 1.0
        rising = done / max(self.warmup_steps, 1)
        left = (self.steps - done + 1.0) / max(self.steps - self.warmup_steps, 1)
        after = tf.clip_by_value(left, 0.0, 1.0) if self.decay == "linear" else 1.0
        return self.peak * tf.where(done <= self.warmup_steps, rising, after)

    def get_config(self) -> dict[str, object]:
        """What Keras needs to build it again."""
        names = ("peak", "warmup_steps", "steps", "decay")
        return {name: getattr(self, name) for name in names}


def build_optimizer(
    settings: Optimizer,
    steps: int,
    variables: Sequence[keras.Variable],
    *,
    undecayed_rows: Sequence[tuple[keras.Variable, int]] = (),
    ema_decay: float | None = None,
) -> ScaledAdamW:
    """The optimizer with its slots made for `variables`; call it in the strategy's scope.

    Args:
        settings: kind, rates, decay.
        steps: of the whole training.
        variables: what is trained.
        undecayed_rows: of these, the first so many rows are not decayed.
        ema_decay: what the means of the weights keep in each step; None keeps no means.
    """
    optimizer = KINDS[settings.kind](
        rules=weight_rules(settings, variables, undecayed_rows),
        ema_decay=ema_decay,
        learning_rate=WarmupSchedule(
            settings.learning_rate, settings.warmup_steps, steps, settings.decay
        ),
        beta_1=settings.beta_1,
        beta_2=settings.beta_2,
        epsilon=settings.epsilon,
    )
    optimizer.build(variables)
    return optimizer
