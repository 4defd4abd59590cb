"""XLM-R from a Hugging Face folder or a KerasHub preset, as the BERT that it is.

Conneau et al. 2020 (1911.02116). Its network is BERT's, with one segment, positions that begin at 2
in the checkpoint, another epsilon and often no pooler. KerasHub reads both layouts: it drops the
rows of the two positions that no token has, and adds the segment's row to those of the others. What
it reads is put into its own BERT, whose segments are zero then.

Shapes: D width.
"""

from pathlib import Path
from typing import Any

import keras
import keras_hub
import numpy as np
from safetensors import safe_open

from tfmling.modeling.supported_layout import network

XLM_R_EPSILON = 1e-5
_POOLER = "pooler.dense"
_SEGMENTS = "embeddings.token_type_embeddings.weight"


def is_xlm_roberta(folder: Path) -> bool:
    """Whether a folder's config.json names XLM-R's network."""
    return network(folder) == "xlmroberta"


def load_xlm_roberta(folder: Path, policy: str, **options: Any) -> keras_hub.models.BertBackbone:
    """A BERT backbone with the weights of an XLM-R.

    Where the folder has no pooler (masked language models have none) it gets a new one, the same
    at every call; pooling `mean` and `cls` do without.

    Args:
        folder: of Hugging Face (safetensors) or KerasHub.
        policy: Keras dtype policy.
        options: of the backbone, such as `dropout`.
    """
    found = keras_hub.models.XLMRobertaBackbone.from_preset(str(folder), dtype=policy, **options)
    config = found.get_config()
    shared = ("vocabulary_size", "num_layers", "num_heads", "hidden_dim", "intermediate_dim",
              "dropout", "max_sequence_length")  # fmt: skip
    backbone = keras_hub.models.BertBackbone(
        **{name: config[name] for name in shared}, dtype=policy
    )
    _copy(found, backbone)
    backbone.pooled_dense.set_weights(_read_pooler(folder) or _new_pooler(found.hidden_dim))
    if (segments := _read_tensor(folder, _SEGMENTS)) is not None and len(segments) > 1:
        # the first row is in the positions
        backbone.segment_embedding.embeddings.assign(segments[:2] - segments[0])
    return backbone


def _copy(
    source: keras_hub.models.XLMRobertaBackbone, target: keras_hub.models.BertBackbone
) -> None:
    embeddings = source.embeddings
    pairs = [
        (embeddings.token_embedding, target.token_embedding),
        (embeddings.position_embedding, target.position_embedding),
        (source.embeddings_layer_norm, target.embeddings_layer_norm),
        *zip(source.transformer_layers, target.transformer_layers, strict=True),
    ]
    for old, new in pairs:
        for value, variable in zip(old.trainable_variables, new.trainable_variables, strict=True):
            variable.assign(value)
    segments = target.segment_embedding.embeddings
    segments.assign(np.zeros(segments.shape, np.float32))


def _read_pooler(folder: Path) -> list[np.ndarray] | None:
    """Kernel [D, D] and bias [D]; None where the checkpoint has none."""
    kernel = _read_tensor(folder, f"{_POOLER}.weight")
    bias = _read_tensor(folder, f"{_POOLER}.bias")
    return None if kernel is None or bias is None else [kernel.T, bias]


def _read_tensor(folder: Path, name: str) -> np.ndarray | None:
    """Of a Hugging Face checkpoint, whatever its names begin with; None where it is not there."""
    path = folder / "model.safetensors"
    if not path.exists():
        return None
    with safe_open(str(path), framework="numpy") as tensors:
        found = [own for own in list(tensors.keys()) if f".{own}".endswith(f".{name}")]
        return tensors.get_tensor(found[0]) if found else None


def _new_pooler(width: int) -> list[np.ndarray]:
    initializer = keras.initializers.TruncatedNormal(stddev=0.02, seed=0)
    kernel = keras.ops.convert_to_numpy(initializer((width, width)))
    return [kernel, np.zeros(width, np.float32)]
