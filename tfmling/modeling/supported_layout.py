"""Which folders hold an encoder that can be a base here, judged before TensorFlow is loaded.

A base is a BERT with a WordPiece vocabulary. XLM-R is none: KerasHub has its network, but its
vocabulary is a SentencePiece model, whose scores decide how a word is cut. Pieces cannot be
appended to it without giving each a score, nor words be masked by the `##` of their pieces, and its
ids are shifted by one against its own model file.
"""

import json
from pathlib import Path

_WEIGHTS = ("model.weights.h5", "model.safetensors", "model.safetensors.index.json")
_SENTENCE_PIECE = ("sentencepiece.bpe.model", "assets/tokenizer/vocabulary.spm")


class UnsupportedLayoutError(ValueError):
    """A folder whose encoder is not read here."""


def check_layout(folder: Path) -> None:
    """Lets pass what may be a BERT's folder; what is missing in it, its reader says.

    Raises:
        UnsupportedLayoutError: the weights are a pickle, or the network is not BERT.
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
    kind = _network(folder)
    if kind is not None and kind.lower().removesuffix("backbone") == "bert":
        return
    if kind is None and not any((folder / name).exists() for name in _SENTENCE_PIECE):
        return
    raise UnsupportedLayoutError(
        f"{folder}: expected a BERT with a WordPiece vocabulary, got {kind or 'SentencePiece'}. "
        "Read are encoder folders of ours, Hugging Face and KerasHub BERTs, BERT's first releases "
        "and encoders of TF Hub (docs/extension.md, Layouts). XLM-R and others with a "
        "SentencePiece vocabulary are not: its pieces carry scores, and none can be appended"
    )


def _network(folder: Path) -> str | None:
    """`model_type` of Hugging Face, `class_name` of KerasHub; None where neither is said."""
    path = folder / "config.json"
    if not path.exists():
        return None
    config = json.loads(path.read_text(encoding="utf-8"))
    return config.get("model_type") or config.get("class_name")
