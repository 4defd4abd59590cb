"""Which folders hold an encoder that can be a base here, judged before TensorFlow is loaded.

A base is a BERT with a WordPiece vocabulary, or an XLM-R, whose network is BERT's and whose
vocabulary is a SentencePiece model.
"""

import json
from pathlib import Path
from typing import Any

from tfmling.errors import UserError

_WEIGHTS = ("model.weights.h5", "model.safetensors", "model.safetensors.index.json")
_NETWORKS = ("bert", "xlmroberta")
# Hugging Face's names of GELU, the first exact, the others its approximation by tanh
ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_new": "gelu_approximate",
    "gelu_fast": "gelu_approximate",
    "gelu_pytorch_tanh": "gelu_approximate",
}
_SENTENCE_PIECE = ("sentencepiece.bpe.model", "assets/tokenizer/vocabulary.spm")


class UnsupportedLayoutError(UserError, ValueError):
    """A folder whose encoder is not read here."""


def check_local(path: str) -> None:
    """Raises UnsupportedLayoutError where a path names another file system than this machine's."""
    if "://" in path:
        raise UnsupportedLayoutError(
            f"{path}: expected a local folder, which is what the libraries that read weights can "
            "open; copy the encoder to this machine"
        )


def check_layout(folder: Path) -> None:
    """Lets pass what may be a folder of BERT or XLM-R; what is missing in it, its reader says.

    Raises:
        UnsupportedLayoutError: the weights are a pickle, or the network is another one, or has
            another activation or other positions than BERT's.
    """
    _refuse_other_networks(folder)
    _refuse_other_layers(folder)
    pickles = sorted(folder.glob("*.bin"))
    if pickles and not any((folder / name).exists() for name in _WEIGHTS):
        raise UnsupportedLayoutError(
            f"{pickles[0]}: expected model.safetensors. Opening a pickle runs what it holds, so it "
            "is not read; write the weights anew where you trust them: "
            "AutoModelForPreTraining.from_pretrained(folder).save_pretrained(folder)"
        )


def _refuse_other_networks(folder: Path) -> None:
    kind = network(folder)
    if kind in _NETWORKS:
        return
    if kind is None and not any((folder / name).exists() for name in _SENTENCE_PIECE):
        return
    raise UnsupportedLayoutError(
        f"{folder}: expected a BERT or an XLM-R, got {kind or 'SentencePiece without a config'}. "
        "Read are encoder folders of ours, BERTs and XLM-Rs of Hugging Face and KerasHub, BERT's "
        "first releases and encoders of TF Hub (docs/extension.md, Layouts)"
    )


def _refuse_other_layers(folder: Path) -> None:
    config = _config(folder)
    for key, known in (("hidden_act", ACTIVATIONS), ("position_embedding_type", ("absolute",))):
        if key in config and config[key] not in known:
            raise UnsupportedLayoutError(
                f"{folder / 'config.json'}: {key}: expected {' or '.join(known)}, got "
                f"{config[key]!r}; other layers than these are not computed here"
            )


def network(folder: Path) -> str | None:
    """`bert`, `xlmroberta`, ...: what config.json names; None where it names none.

    It is `model_type` of Hugging Face (xlm-roberta), `class_name` of KerasHub (XLMRobertaBackbone).
    """
    config = _config(folder)
    kind = config.get("model_type") or config.get("class_name")
    return kind and kind.lower().removesuffix("backbone").replace("-", "")


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
