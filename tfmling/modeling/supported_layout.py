"""Which folders hold an encoder that can be a base here, judged before TensorFlow is loaded.

A base is a BERT with a WordPiece vocabulary, or an XLM-R, whose network is BERT's and whose
vocabulary is a SentencePiece model.
"""

import json
from pathlib import Path

_WEIGHTS = ("model.weights.h5", "model.safetensors", "model.safetensors.index.json")
_NETWORKS = ("bert", "xlmroberta")
_SENTENCE_PIECE = ("sentencepiece.bpe.model", "assets/tokenizer/vocabulary.spm")


class UnsupportedLayoutError(ValueError):
    """A folder whose encoder is not read here."""


def check_layout(folder: Path) -> None:
    """Lets pass what may be a folder of BERT or XLM-R; what is missing in it, its reader says.

    Raises:
        UnsupportedLayoutError: the weights are a pickle, or the network is another one.
    """
    _refuse_other_networks(folder)
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


def network(folder: Path) -> str | None:
    """`bert`, `xlmroberta`, ...: what config.json names; None where it names none.

    It is `model_type` of Hugging Face (xlm-roberta), `class_name` of KerasHub (XLMRobertaBackbone).
    """
    path = folder / "config.json"
    if not path.exists():
        return None
    config = json.loads(path.read_text(encoding="utf-8"))
    kind = config.get("model_type") or config.get("class_name")
    return kind and kind.lower().removesuffix("backbone").replace("-", "")
