"""What sentence-transformers adds to a Hugging Face BERT folder: pooling, Dense + tanh, L2 norm.

`modules.json` lists the parts. A [CLS] state through Dense and tanh is BERT's own pooler; published
LaBSE folders keep it so (Feng et al. 2022), and here it is the encoder's pooling `pooler`.

Shapes: D width.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.hugging_face_writer import write_hugging_face

_TYPES = "sentence_transformers.models"
_TANH = "torch.nn.modules.activation.Tanh"
_POOLING, _DENSE, _NORMALIZE = "1_Pooling", "2_Dense", "Normalize"
_MODES = {"cls": "pooling_mode_cls_token", "mean": "pooling_mode_mean_tokens"}


def write_sentence_transformers(encoder: Encoder, folder: str) -> None:
    """Writes a folder that `SentenceTransformer(folder)` loads; it gives our sentence vectors."""
    write_hugging_face(encoder, folder)
    path = Path(folder)
    token_pooling = "mean" if encoder.pooling == "mean" else "cls"
    config = {mode: mode == _MODES[token_pooling] for mode in _MODES.values()}
    _write_json(path / _POOLING / "config.json", _width(encoder) | config)
    parts = {"": "Transformer", _POOLING: "Pooling"}
    if encoder.pooling == "pooler":
        _write_dense(encoder, path / _DENSE)
        parts[_DENSE] = "Dense"
    parts[f"{len(parts)}_{_NORMALIZE}"] = _NORMALIZE
    (path / list(parts)[-1]).mkdir(exist_ok=True)
    modules = [
        {"idx": number, "name": str(number), "path": part, "type": f"{_TYPES}.{name}"}
        for number, (part, name) in enumerate(parts.items())
    ]
    _write_json(path / "modules.json", modules)
    length = {"max_seq_length": encoder.max_sequence_length, "do_lower_case": False}
    _write_json(path / "sentence_bert_config.json", length)


def _width(encoder: Encoder) -> dict[str, Any]:
    return {"word_embedding_dimension": encoder.hidden_dim}


def _write_dense(encoder: Encoder, path: Path) -> None:
    path.mkdir(exist_ok=True)
    width = encoder.hidden_dim
    config = {"in_features": width, "out_features": width, "bias": True}
    _write_json(path / "config.json", config | {"activation_function": _TANH})
    dense = encoder.backbone.pooled_dense
    weights = {
        "linear.weight": np.ascontiguousarray(dense.kernel.numpy().T),
        "linear.bias": dense.bias.numpy(),
    }
    save_file(weights, path / "model.safetensors", metadata={"format": "pt"})


def read_pooling(folder: Path) -> str:
    """`mean`, `cls`, or `pooler` where a Dense with tanh follows the [CLS] state.

    A folder without sentence-transformers' parts is a plain BERT: `cls`.

    Raises:
        ValueError: parts that an encoder here cannot hold.
    """
    if not (folder / _POOLING / "config.json").exists():
        return "cls"
    found = _pooling_modes(_read_json(folder / _POOLING / "config.json"))
    if found not in (["cls"], ["mean"]):
        raise ValueError(
            f"{folder / _POOLING}: expected either the [CLS] state or the mean of the tokens, got "
            f"{found}"
        )
    if not (folder / _DENSE).is_dir():
        return found[0]
    if found != ["cls"]:
        raise ValueError(
            f"{folder / _DENSE}: expected a Dense behind the [CLS] state, as LaBSE has it, got one "
            f"behind the {found[0]} of the tokens, which an encoder here cannot hold"
        )
    return "pooler"


def _pooling_modes(config: dict[str, Any]) -> list[str]:
    """`cls`, `mean` or others, from `pooling_mode` (release 5.7 on) or a key for each mode."""
    named = config.get("pooling_mode")
    if named is not None:
        return [named] if isinstance(named, str) else list(named)
    on = [key for key, value in config.items() if value is True and key.startswith("pooling_mode_")]
    ours = {key: mode for mode, key in _MODES.items()}
    return [ours.get(key, key) for key in on]


def read_dense(folder: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Kernel [D, D] and bias [D] of the Dense after the [CLS] state; None where there is none.

    Raises:
        ValueError: the Dense is not one that BERT's pooler can be, or its weights are not in
            safetensors.
    """
    path = folder / _DENSE
    if not path.is_dir():
        return None
    config = _read_json(path / "config.json")
    one_width = config["in_features"] == config["out_features"]
    if config["activation_function"] != _TANH or not one_width or config.get("use_residual"):
        raise ValueError(
            f"{path}: expected a Dense of one width with tanh, as LaBSE has it, got "
            f"{config['in_features']} to {config['out_features']} with "
            f"{config['activation_function']}"
        )
    weights = path / "model.safetensors"
    if not weights.exists():
        raise ValueError(
            f"{path}: expected model.safetensors; pickled weights (.bin) are not loaded, convert "
            "them with safetensors first"
        )
    found = load_file(weights)
    return found["linear.weight"].T, found["linear.bias"]


def _write_json(path: Path, values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def _read_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
