"""How fast each weight learns, as a share of the learning rate."""

import re
from collections.abc import Mapping, Sequence

import keras

from tfmling.core.config_errors import ConfigError

_LAYER = re.compile(r"transformer_layer_(\d+)/")
_EMBEDDINGS = re.compile(r"(token|position|segment)_embedding/|embeddings_layer_norm/")


def rate_factors(
    variables: Sequence[keras.Variable], layerwise_lr_decay: float, multipliers: Mapping[str, float]
) -> list[float]:
    """A factor for each variable.

    The top layer and the heads learn at the full rate, each lower layer at `layerwise_lr_decay`
    times the rate of the layer above it, the embeddings one step below the bottom layer (Howard and
    Ruder 2018, 1801.06146, section 3.2). Patterns of `multipliers` that match a variable's path
    multiply this factor.

    Args:
        variables: what is trained.
        layerwise_lr_decay: 1 treats all layers alike.
        multipliers: factor by regular expression.

    Raises:
        ConfigError: a pattern finds no variable.
    """
    for pattern in multipliers:
        if not any(re.search(pattern, variable.path) for variable in variables):
            raise ConfigError(
                f"optimizer.learning_rate_multipliers: "
                f"{pattern!r} matches none of the trained weights"
            )
    depths = [_layers_above(variable.path, _count_layers(variables)) for variable in variables]
    return [
        layerwise_lr_decay**depth * _product(multipliers, variable.path)
        for variable, depth in zip(variables, depths, strict=True)
    ]


def _count_layers(variables: Sequence[keras.Variable]) -> int:
    found = (_LAYER.search(variable.path) for variable in variables)
    return max((int(match[1]) + 1 for match in found if match), default=0)


def _layers_above(path: str, layers: int) -> int:
    if match := _LAYER.search(path):
        return layers - 1 - int(match[1])
    return layers if _EMBEDDINGS.search(path) else 0


def _product(multipliers: Mapping[str, float], path: str) -> float:
    product = 1.0
    for pattern, factor in multipliers.items():
        product *= factor if re.search(pattern, path) else 1.0
    return product
