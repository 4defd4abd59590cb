"""The pretraining heads of a Hugging Face BERT or XLM-R checkpoint, under our names."""

from pathlib import Path

import numpy as np
from safetensors import safe_open

# ours -> the names that checkpoints of different ages use, XLM-R's last; a matrix is transposed
_NAMES = {
    "masked_lm/dense/kernel": [
        "cls.predictions.transform.dense.weight",
        "lm_head.dense.weight",
    ],
    "masked_lm/dense/bias": [
        "cls.predictions.transform.dense.bias",
        "lm_head.dense.bias",
    ],
    "masked_lm/norm/gamma": [
        "cls.predictions.transform.LayerNorm.weight",
        "cls.predictions.transform.LayerNorm.gamma",
        "lm_head.layer_norm.weight",
    ],
    "masked_lm/norm/beta": [
        "cls.predictions.transform.LayerNorm.bias",
        "cls.predictions.transform.LayerNorm.beta",
        "lm_head.layer_norm.bias",
    ],
    "masked_lm/bias": [
        "cls.predictions.bias",
        "cls.predictions.decoder.bias",
        "lm_head.bias",
        "lm_head.decoder.bias",
    ],
    "next_sentence/dense/kernel": ["cls.seq_relationship.weight"],
    "next_sentence/dense/bias": ["cls.seq_relationship.bias"],
}


def read_hugging_face_heads(folder: Path) -> dict[str, np.ndarray]:
    """Masked-LM and next-sentence weights by our names; {} where the checkpoint has none."""
    path = folder / "model.safetensors"
    if not path.exists():
        return {}
    with safe_open(str(path), framework="numpy") as tensors:
        present = set(tensors.keys())
        found = {
            name: next((theirs for theirs in names if theirs in present), None)
            for name, names in _NAMES.items()
        }
        return {
            name: _as_keras(name, tensors.get_tensor(theirs))
            for name, theirs in found.items()
            if theirs is not None
        }


def _as_keras(name: str, tensor: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(tensor.T) if name.endswith("kernel") else tensor
