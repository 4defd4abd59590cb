"""Build a KerasHub BERT, and read and assign its weights by the names of BERT's first release.

Shapes: D width.
"""

from collections.abc import Mapping

import keras
import keras_hub
import numpy as np

from tfmling.conversion.hugging_face.config import BertConfig
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.conversion.weight_names import HEADS, POOLER, TRANSPOSED, keras_paths


def build_backbone(
    config: BertConfig, policy: str, dropout: float | None
) -> keras_hub.models.BertBackbone:
    """Build a backbone with new weights.

    Args:
        config: of the folder.
        policy: Keras dtype policy.
        dropout: probability during training; None keeps the folder's own.

    Example:
        >>> from pathlib import Path
        >>> from tfmling.conversion.hugging_face.config import read_bert_config
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, folder)
        >>> build_backbone(read_bert_config(Path(folder)), "float32", dropout=0.0).hidden_dim
        16
    """
    sizes = config.sizes
    return keras_hub.models.BertBackbone(
        vocabulary_size=sizes["vocab_size"],
        num_layers=sizes["num_hidden_layers"],
        num_heads=sizes["num_attention_heads"],
        hidden_dim=sizes["hidden_size"],
        intermediate_dim=sizes["intermediate_size"],
        dropout=config.dropout if dropout is None else dropout,
        max_sequence_length=sizes["max_position_embeddings"] - config.reserved_positions,
        num_segments=sizes["type_vocab_size"],
        dtype=policy,
    )


def read_backbone(backbone: keras_hub.models.BertBackbone) -> dict[str, np.ndarray]:
    """The weights of a backbone by released names, in the released shapes.

    Example:
        >>> weights = read_backbone(encoder.backbone)
        >>> weights["bert/encoder/layer_0/attention/self/query/kernel"].shape
        (16, 16)
    """
    return {name: _released_shape(name, own) for name, own in _variables(backbone).items()}


def _released_shape(name: str, variable: keras.Variable) -> np.ndarray:
    """Join the axes of the attention heads, which KerasHub keeps apart."""
    value = variable.numpy()
    if name.endswith("kernel") and value.ndim == 3:
        rows = value.shape[0] if "/self/" in name else value.shape[0] * value.shape[1]
        return value.reshape(rows, -1)
    return value.reshape(-1) if name.endswith("bias") else value


def assign_backbone(
    backbone: keras_hub.models.BertBackbone,
    weights: Mapping[str, np.ndarray],
    *,
    has_pooler: bool = True,
) -> None:
    """Assign weights to a backbone.

    Args:
        backbone: its variables are assigned.
        weights: by released names.
        has_pooler: whether they include a pooler; otherwise the pooler gets fixed random weights,
            the same at every call.

    Raises:
        UnsupportedLayoutError: if weights are missing or of another size.

    Example:
        >>> weights = read_backbone(encoder.backbone)
        >>> weights["bert/pooler/dense/bias"] = np.ones(16)
        >>> assign_backbone(encoder.backbone, weights)
        >>> float(encoder.backbone.pooled_dense.bias[0])
        1.0
    """
    variables = _variables(backbone)
    if not has_pooler:
        variables = {name: own for name, own in variables.items() if name not in POOLER}
        initialize_pooler(backbone)
    if missing := sorted(set(variables) - set(weights)):
        raise UnsupportedLayoutError(
            f"the checkpoint lacks {len(missing)} weights of BERT, such as {missing[0]}"
        )
    for name, variable in variables.items():
        if weights[name].size != np.prod(variable.shape):
            raise UnsupportedLayoutError(
                f"{name}: expected {np.prod(variable.shape)} values for {tuple(variable.shape)}, "
                f"got {weights[name].shape}; the sizes in the configuration are not the weights'"
            )
        variable.assign(weights[name].reshape(variable.shape))


def initialize_pooler(backbone: keras_hub.models.BertBackbone) -> None:
    """Give the pooler random weights [D, D] and zero biases [D], the same at every call.

    Example:
        >>> initialize_pooler(encoder.backbone)
        >>> float(encoder.backbone.pooled_dense.bias[0])
        0.0
    """
    width = backbone.hidden_dim
    initializer = keras.initializers.TruncatedNormal(stddev=0.02, seed=0)
    kernel = keras.ops.convert_to_numpy(initializer((width, width)))
    backbone.pooled_dense.set_weights([kernel, np.zeros(width, np.float32)])


def _variables(backbone: keras_hub.models.BertBackbone) -> dict[str, keras.Variable]:
    by_path = {variable.path: variable for variable in backbone.variables}
    return {name: by_path[path] for name, path in keras_paths(backbone.num_layers).items()}


def heads_from_released(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The pretraining heads' weights under our names, as far as they are in `weights`.

    Example:
        >>> heads_from_released({"cls/predictions/output_bias": np.zeros(3)})
        {'masked_lm/bias': array([0., 0., 0.])}
    """
    return {
        ours: np.ascontiguousarray(weights[name].T) if name == TRANSPOSED else weights[name]
        for ours, name in HEADS.items()
        if name in weights
    }


def heads_to_released(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The inverse of `heads_from_released`.

    Example:
        >>> heads_to_released({"masked_lm/bias": np.zeros(3)})
        {'cls/predictions/output_bias': array([0., 0., 0.])}
    """
    return {
        HEADS[ours]: np.ascontiguousarray(value.T) if HEADS[ours] == TRANSPOSED else value
        for ours, value in weights.items()
        if ours in HEADS
    }
