"""Writes an encoder for sentence-transformers: a Hugging Face folder with modules.json.

`sentence_modules` reads the same layout. BERT's pooler becomes Dense + tanh behind the [CLS] state,
as published LaBSE folders have it (Feng et al. 2022).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tfmling.conversion.hugging_face_writer import write_hugging_face
from tfmling.conversion.safetensors_files import write_tensors
from tfmling.conversion.sentence_modules import ACTIVATIONS, CONFIG, MODULES, TEXT_CONFIG
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.sentence_layers import SentenceDense, SentenceLayer

_TYPES = "sentence_transformers.models"
_MODES = {
    "cls": "pooling_mode_cls_token",
    "mean": "pooling_mode_mean_tokens",
    "max": "pooling_mode_max_tokens",
    "mean_sqrt_len_tokens": "pooling_mode_mean_sqrt_len_tokens",
    "weightedmean": "pooling_mode_weightedmean_tokens",
    "lasttoken": "pooling_mode_lasttoken",
}
_TORCH = {ours: theirs for theirs, ours in ACTIVATIONS.items()}
_NAMES = {"dense": "Dense", "layer_norm": "LayerNorm", "normalize": "Normalize"}


def write_sentence_transformers(encoder: Encoder, folder: str) -> None:
    """Writes a folder that `SentenceTransformer(folder)` loads; it gives our sentence vectors.

    Their length is one, unless the encoder was read from a folder that ends without Normalize.
    """
    write_hugging_face(encoder, folder)
    path = Path(folder)
    token_pooling = "cls" if encoder.pooling == "pooler" else encoder.pooling
    modes = {key: mode == token_pooling for mode, key in _MODES.items()}
    modules = ["Transformer", "Pooling"]
    _write_json(path / _name(1, "Pooling") / "config.json",
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
    _write_json(path / MODULES, listed)
    length = {"max_seq_length": encoder.max_text_length, "do_lower_case": False}
    _write_json(path / TEXT_CONFIG, length)
    kept = {key: value for key, value in encoder.sentence_config.items() if key != "normalize"}
    if kept:
        _write_json(path / CONFIG, kept)


def _layers(encoder: Encoder) -> list[SentenceLayer]:
    """The layers behind the pooled vector, BERT's pooler among them."""
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
        _write_json(path / "config.json", config)
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


def _write_json(path: Path, values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
