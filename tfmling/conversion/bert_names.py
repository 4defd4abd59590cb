"""BERT's weights under the names of its first release, which all other layouts are told from.

`bert/encoder/layer_0/attention/self/query/kernel` [in, out] and so on (google-research/bert). A
KerasHub backbone holds the same values, with the heads of attention as an axis of their own.
"""

from collections.abc import Iterator, Mapping

import keras
import keras_hub
import numpy as np

from tfmling.modeling.layout_error import UnsupportedLayoutError

# the part of a layer -> how KerasHub's variable paths call it
_DENSE = {
    "attention/self/query": "self_attention_layer/query",
    "attention/self/key": "self_attention_layer/key",
    "attention/self/value": "self_attention_layer/value",
    "attention/output/dense": "self_attention_layer/attention_output",
    "intermediate/dense": "feedforward_intermediate_dense",
    "output/dense": "feedforward_output_dense",
}
_NORMS = {
    "attention/output/LayerNorm": "self_attention_layer_norm",
    "output/LayerNorm": "feedforward_layer_norm",
}
_EMBEDDINGS = {
    "bert/embeddings/word_embeddings": "token_embedding/embeddings",
    "bert/embeddings/position_embeddings": "position_embedding/embeddings",
    "bert/embeddings/token_type_embeddings": "segment_embedding/embeddings",
    "bert/embeddings/LayerNorm/gamma": "embeddings_layer_norm/gamma",
    "bert/embeddings/LayerNorm/beta": "embeddings_layer_norm/beta",
}
POOLER = {
    "bert/pooler/dense/kernel": "pooled_dense/kernel",
    "bert/pooler/dense/bias": "pooled_dense/bias",
}

# head weights: our name -> the released one; the next-sentence kernel lies transposed there
HEADS = {
    "masked_lm/dense/kernel": "cls/predictions/transform/dense/kernel",
    "masked_lm/dense/bias": "cls/predictions/transform/dense/bias",
    "masked_lm/norm/gamma": "cls/predictions/transform/LayerNorm/gamma",
    "masked_lm/norm/beta": "cls/predictions/transform/LayerNorm/beta",
    "masked_lm/bias": "cls/predictions/output_bias",
    "next_sentence/dense/kernel": "cls/seq_relationship/output_weights",
    "next_sentence/dense/bias": "cls/seq_relationship/output_bias",
}
TRANSPOSED = "cls/seq_relationship/output_weights"


def keras_paths(num_layers: int) -> dict[str, str]:
    """Released name -> path of KerasHub's variable, for every weight of the encoder."""
    paths = dict(_EMBEDDINGS)
    for number in range(num_layers):
        paths |= dict(_of_layer(number))
    return paths | POOLER


def _of_layer(number: int) -> Iterator[tuple[str, str]]:
    released, keras_hub_name = f"bert/encoder/layer_{number}", f"transformer_layer_{number}"
    for parts, weights in ((_DENSE, ("kernel", "bias")), (_NORMS, ("gamma", "beta"))):
        for part, path in parts.items():
            for weight in weights:
                yield f"{released}/{part}/{weight}", f"{keras_hub_name}/{path}/{weight}"


def read_backbone(backbone: keras_hub.models.BertBackbone) -> dict[str, np.ndarray]:
    """The weights of a backbone by their released names, in the released shapes."""
    return {name: _flat(name, variable) for name, variable in _variables(backbone).items()}


def _flat(name: str, variable: keras.Variable) -> np.ndarray:
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
    """Gives a backbone the weights that lie under their released names.

    Args:
        backbone: whose variables are assigned.
        weights: by released names.
        has_pooler: whether the pooler's are among them; else the backbone's stays as it is.

    Raises:
        UnsupportedLayoutError: weights that are missing, or of another size.
    """
    variables = _variables(backbone)
    if not has_pooler:
        variables = {name: own for name, own in variables.items() if name not in POOLER}
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


def _variables(backbone: keras_hub.models.BertBackbone) -> dict[str, keras.Variable]:
    by_path = {variable.path: variable for variable in backbone.variables}
    return {name: by_path[path] for name, path in keras_paths(backbone.num_layers).items()}


def heads_from_released(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The pretraining heads under our names; those that are not there are left out."""
    return {
        ours: np.ascontiguousarray(weights[name].T) if name == TRANSPOSED else weights[name]
        for ours, name in HEADS.items()
        if name in weights
    }


def heads_to_released(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The inverse of `heads_from_released`."""
    return {
        HEADS[ours]: np.ascontiguousarray(value.T) if HEADS[ours] == TRANSPOSED else value
        for ours, value in weights.items()
        if ours in HEADS
    }
