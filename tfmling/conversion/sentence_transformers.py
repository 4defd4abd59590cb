"""Write an encoder for sentence-transformers: a Hugging Face folder with modules.json.

`sentence_modules` reads this layout. BERT's pooler becomes a Dense with tanh after [CLS] pooling,
as in published LaBSE folders (Feng et al. 2022).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tfmling.conversion.hugging_face.write import write as write_hugging_face
from tfmling.conversion.layout_files import write_json
from tfmling.conversion.safetensors_files import write_tensors
from tfmling.conversion.sentence_modules import (
    ACTIVATIONS,
    CONFIG,
    MODULES,
    POOLING_MODES,
    TEXT_CONFIG,
)
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.sentence_layers import SentenceDense, SentenceLayer

_TYPES = "sentence_transformers.models"
_TORCH = {ours: theirs for theirs, ours in ACTIVATIONS.items()}
_NAMES = {"dense": "Dense", "layer_norm": "LayerNorm", "normalize": "Normalize"}


def write(encoder: Encoder, folder: str) -> None:
    """Write a folder that `SentenceTransformer(folder)` loads, with equal sentence vectors.

    They are L2-normalized, unless the encoder was read from a folder without Normalize.

    Example:
        >>> write(encoder, folder)
        >>> sorted(path.name for path in Path(folder).glob("*_*") if path.is_dir())
        ['1_Pooling', '2_Normalize']
    """
    write_hugging_face(encoder, folder)
    path = Path(folder)
    token_pooling = "cls" if encoder.pooling == "pooler" else encoder.pooling
    modes = {key: mode == token_pooling for key, mode in POOLING_MODES.items()}
    modules = ["Transformer", "Pooling"]
    write_json(path / _name(1, "Pooling") / "config.json",
                {"word_embedding_dimension": encoder.hidden_dim} | modes)  # fmt: skip
    for layer in _layers(encoder):
        _write_layer(layer, path, len(modules))
        modules.append(_NAMES[layer.KIND])
    if encoder.sentence_config.get("normalize", True):
        (path / _name(len(modules), "Normalize")).mkdir(exist_ok=True)
        modules.append("Normalize")
    listed = [
        {
            "idx": number,
            "name": str(number),
            "path": _name(number, kind) if number else "",
            "type": f"{_TYPES}.{kind}",
        }
        for number, kind in enumerate(modules)
    ]
    write_json(path / MODULES, listed)
    length = {"max_seq_length": encoder.max_text_length, "do_lower_case": False}
    write_json(path / TEXT_CONFIG, length)
    kept = {key: value for key, value in encoder.sentence_config.items() if key != "normalize"}
    if kept:
        write_json(path / CONFIG, kept)


def _layers(encoder: Encoder) -> list[SentenceLayer]:
    """The layers after pooling, including BERT's pooler."""
    if encoder.pooling != "pooler":
        return encoder.sentence_layers
    width = encoder.hidden_dim
    pooler = SentenceDense(width, width, "tanh", use_bias=True)
    pooler.set_weights(encoder.backbone.pooled_dense.get_weights())
    return [pooler, *encoder.sentence_layers]


def _name(number: int, kind: str) -> str:
    return f"{number}_{kind}"


def _write_layer(layer: SentenceLayer, folder: Path, number: int) -> None:
    path = folder / _name(number, _NAMES[layer.KIND])
    path.mkdir(exist_ok=True)
    if config := _layer_config(layer):
        write_json(path / "config.json", config)
    weights = {
        name: np.ascontiguousarray(variable.numpy().T)
        for name, variable in layer.named_weights().items()
    }
    if weights:
        write_tensors(weights, path / "model.safetensors", {"format": "pt"})


def _layer_config(layer: SentenceLayer) -> Mapping[str, Any]:
    description = layer.describe()
    if not isinstance(layer, SentenceDense):
        return {"dimension": layer.width} if layer.KIND == "layer_norm" else {}
    config = {
        "in_features": int(layer.kernel.shape[0]),
        "out_features": layer.width,
        "bias": description["use_bias"],
        "activation_function": _TORCH[description["activation"]],
    }
    return config | ({"use_residual": True} if description["use_residual"] else {})
