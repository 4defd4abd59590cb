"""Build an optimizer with warm-up, as BERT was trained (Devlin et al. 2019, appendix A.2)."""

import re
from collections.abc import Mapping, Sequence

import keras
import tensorflow as tf

from tfmling.core.config_errors import ConfigError
from tfmling.training.adamw import AdamW, WeightRule
from tfmling.training.lamb import Lamb
from tfmling.training.lazy_adamw import LazyAdamW
from tfmling.training.settings import Optimizer

KINDS: dict[str, type[AdamW]] = {"adamw": AdamW, "lamb": Lamb, "lazy_adamw": LazyAdamW}

# biases, layer norms, and a learned scale
UNDECAYED = ("bias", "gamma", "beta", "scale_logit")

_LAYER = re.compile(r"transformer_layer_(\d+)/")
_EMBEDDINGS = re.compile(r"(token|position|segment)_embedding/|embeddings_layer_norm/")


class WarmupSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up to `peak`, then linear decay to 0 at `steps`, or constant.

    Example:
        >>> schedule = WarmupSchedule(peak=1.0, warmup_steps=2, steps=4, schedule="linear")
        >>> [float(schedule(step)) for step in range(4)]
        [0.5, 1.0, 1.0, 0.5]
    """

    def __init__(self, peak: float, warmup_steps: int, steps: int, schedule: str):
        self.peak = peak
        self.warmup_steps = warmup_steps
        self.steps = steps
        self.schedule = schedule

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """The learning rate of a step, counted from 0; float32 scalar."""
        done = tf.cast(step, tf.float32) + 1.0
        rising = done / max(self.warmup_steps, 1)
        left = (self.steps - done + 1.0) / max(self.steps - self.warmup_steps, 1)
        after = tf.clip_by_value(left, 0.0, 1.0) if self.schedule == "linear" else 1.0
        return self.peak * tf.where(done <= self.warmup_steps, rising, after)

    def get_config(self) -> dict[str, object]:
        """The constructor's arguments, for Keras."""
        names = ("peak", "warmup_steps", "steps", "schedule")
        return {name: getattr(self, name) for name in names}


def build_optimizer(
    settings: Optimizer,
    steps: int,
    variables: Sequence[keras.Variable],
    *,
    undecayed_rows: Sequence[tuple[keras.Variable, int]] = (),
    ema_decay: float | None = None,
) -> AdamW:
    """Build an optimizer and its slots; call it in the scope of the strategy.

    Args:
        settings: of the optimizer.
        steps: of the whole run, for the schedule.
        variables: trained weights.
        undecayed_rows: pairs (variable, n); the first n rows are not decayed.
        ema_decay: decay of the exponential moving average of the weights; None keeps no average.

    Raises:
        ConfigError: a pattern of `learning_rate_multipliers` matches no weight.

    Example:
        >>> weight = keras.Variable([1.0], name="bias")
        >>> settings = Optimizer(learning_rate=0.1, schedule="constant")
        >>> optimizer = build_optimizer(settings, steps=10, variables=[weight])
        >>> optimizer.apply([tf.constant([3.0])], [weight])  # first step: learning rate
        >>> round(float(weight[0]), 4)
        0.9
    """
    optimizer = KINDS[settings.kind](
        rules=_weight_rules(settings, variables, undecayed_rows),
        ema_decay=ema_decay,
        learning_rate=WarmupSchedule(
            settings.learning_rate, settings.warmup_steps, steps, settings.schedule
        ),
        beta_1=settings.beta_1,
        beta_2=settings.beta_2,
        epsilon=settings.epsilon,
    )
    optimizer.build(variables)
    return optimizer


def _weight_rules(
    settings: Optimizer,
    variables: Sequence[keras.Variable],
    undecayed_rows: Sequence[tuple[keras.Variable, int]],
) -> list[WeightRule]:
    """A rule for each variable; biases and norms have neither weight decay nor a trust ratio."""
    first_rows = {id(variable): rows for variable, rows in undecayed_rows}
    multipliers = learning_rate_multipliers(
        variables, settings.layerwise_lr_decay, settings.learning_rate_multipliers
    )
    rules = []
    for variable, multiplier in zip(variables, multipliers, strict=True):
        is_matrix = variable.path.rsplit("/", 1)[-1] not in UNDECAYED
        decay = settings.weight_decay if is_matrix else 0.0
        rules.append(WeightRule(multiplier, decay, first_rows.get(id(variable), 0), is_matrix))
    return rules


def learning_rate_multipliers(
    variables: Sequence[keras.Variable], layerwise_lr_decay: float, by_pattern: Mapping[str, float]
) -> list[float]:
    """The learning rate of each variable, as a multiple of the global learning rate.

    The top layer and the heads learn at the full rate, each lower layer at `layerwise_lr_decay`
    times the rate of the layer above it, the embeddings one step below the bottom layer (Howard and
    Ruder 2018, 1801.06146, section 3.2).

    Args:
        variables: trained weights.
        layerwise_lr_decay: 1 gives all layers the same rate.
        by_pattern: further factors, by regular expression on a variable's path.

    Raises:
        ConfigError: a pattern matches no variable.

    Example:
        >>> scale = keras.Variable(1.0, name="scale_logit")
        >>> learning_rate_multipliers([scale], 0.9, {"scale": 10.0})
        [10.0]
    """
    for pattern in by_pattern:
        if not any(re.search(pattern, variable.path) for variable in variables):
            raise ConfigError(
                f"optimizer.learning_rate_multipliers: {pattern!r} matches none of the trained "
                "weights"
            )
    num_layers = _count_layers(variables)
    return [
        layerwise_lr_decay ** _layers_above(variable.path, num_layers)
        * _product(by_pattern, variable.path)
        for variable in variables
    ]


def _count_layers(variables: Sequence[keras.Variable]) -> int:
    matches = (_LAYER.search(variable.path) for variable in variables)
    return max((int(match[1]) + 1 for match in matches if match), default=0)


def _layers_above(path: str, num_layers: int) -> int:
    if match := _LAYER.search(path):
        return num_layers - 1 - int(match[1])
    return num_layers if _EMBEDDINGS.search(path) else 0


def _product(by_pattern: Mapping[str, float], path: str) -> float:
    product = 1.0
    for pattern, factor in by_pattern.items():
        product *= factor if re.search(pattern, path) else 1.0
    return product
