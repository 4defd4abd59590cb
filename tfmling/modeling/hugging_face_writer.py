"""An encoder as a Hugging Face BERT folder, which `transformers` loads with equal outputs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from tfmling.modeling.bert_names import TRANSPOSED, heads_to_released, read_backbone
from tfmling.modeling.encoder import Encoder
from tfmling.vocab.vocabulary import as_word_pieces

_ACTIVATIONS = {"gelu": "gelu", "gelu_approximate": "gelu_pytorch_tanh"}
_RENAMED = (
    ("layer_", "layer."),
    ("LayerNorm/gamma", "LayerNorm/weight"),
    ("LayerNorm/beta", "LayerNorm/bias"),
    ("_embeddings", "_embeddings/weight"),
    ("kernel", "weight"),
    ("predictions/output_bias", "predictions/bias"),
    ("output_weights", "weight"),
    ("output_bias", "bias"),
)


def write_hugging_face(encoder: Encoder, folder: str) -> None:
    """Writes config.json, model.safetensors, vocab.txt and the tokenizer's settings.

    The pretraining heads are written where the encoder keeps them: `BertForPreTraining` finds
    them, and `BertModel` loads the encoder alone.
    """
    vocabulary = as_word_pieces(encoder.vocabulary, "layout hugging_face")
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    released = read_backbone(encoder.backbone) | heads_to_released(encoder.head_weights)
    weights = dict(_renamed(name, value) for name, value in released.items())
    save_file(weights, path / "model.safetensors", metadata={"format": "pt"})
    vocabulary.write(str(path / vocabulary.FILE))
    _write_json(path / "config.json", _config(encoder))
    _write_json(path / "tokenizer_config.json", _tokenizer_config(encoder))


def _renamed(released: str, value: np.ndarray) -> tuple[str, np.ndarray]:
    name = released
    for old, new in _RENAMED:
        name = name.replace(old, new)
    is_matrix = released.endswith("kernel") and released != TRANSPOSED
    return name.replace("/", "."), np.ascontiguousarray(value.T if is_matrix else value)


def _config(encoder: Encoder) -> dict[str, Any]:
    backbone = encoder.backbone
    heads = encoder.head_weights
    return {
        "architectures": ["BertForPreTraining" if heads else "BertModel"],
        "model_type": "bert",
        "vocab_size": len(encoder.vocabulary),
        "hidden_size": backbone.hidden_dim,
        "num_hidden_layers": backbone.num_layers,
        "num_attention_heads": backbone.num_heads,
        "intermediate_size": backbone.intermediate_dim,
        "hidden_act": _ACTIVATIONS[encoder.hidden_act],
        "hidden_dropout_prob": backbone.dropout,
        "attention_probs_dropout_prob": backbone.dropout,
        "max_position_embeddings": backbone.max_sequence_length,
        "type_vocab_size": backbone.num_segments,
        "layer_norm_eps": encoder.layer_norm_epsilon,
        "pad_token_id": encoder.vocabulary.pad_id,
    }


def _tokenizer_config(encoder: Encoder) -> dict[str, Any]:
    lowercase = encoder.vocabulary.lowercase
    return {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": lowercase,
        "strip_accents": lowercase,
        "model_max_length": encoder.max_sequence_length,
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "mask_token": "[MASK]",
    }


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
