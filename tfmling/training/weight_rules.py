"""How each weight learns: its share of the learning rate, its decay, its trust ratio."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras

from tfmling.training.layer_rates import rate_factors
from tfmling.training.settings import Optimizer

# biases, the gains of norms, and a learned scale
UNDECAYED = ("bias", "gamma", "beta", "scale_logit")


@dataclass(frozen=True)
class WeightRule:
    """How one weight learns.

    Attributes:
        rate: factor on the learning rate.
        decay: share of the weight that is taken away, times the rate, in each step.
        first_decayed_row: rows before it are not decayed.
        adapts: whether LAMB scales the step to the size of the weight.
    """

    rate: float = 1.0
    decay: float = 0.0
    first_decayed_row: int = 0
    adapts: bool = True


def weight_rules(
    settings: Optimizer,
    variables: Sequence[keras.Variable],
    undecayed_rows: Sequence[tuple[keras.Variable, int]] = (),
) -> list[WeightRule]:
    """A rule for each variable; biases and norms are neither decayed nor scaled.

    Args:
        settings: rates and decay.
        variables: what is trained.
        undecayed_rows: of these, the first so many rows are not decayed.
    """
    first_rows = {id(variable): rows for variable, rows in undecayed_rows}
    factors = rate_factors(
        variables, settings.layerwise_lr_decay, settings.learning_rate_multipliers
    )
    rules = []
    for variable, factor in zip(variables, factors, strict=True):
        is_matrix = variable.path.rsplit("/", 1)[-1] not in UNDECAYED
        decay = settings.weight_decay if is_matrix else 0.0
        rules.append(WeightRule(factor, decay, first_rows.get(id(variable), 0), is_matrix))
    return rules
