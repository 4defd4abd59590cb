"""An encoder as a Hugging Face folder (BERT, XLM-R): `transformers` loads it with equal outputs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from tfmling.modeling.bert_names import TRANSPOSED, heads_to_released, read_backbone
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.hugging_face_xlm_roberta import (
    as_xlm_roberta,
    write_fast_tokenizer,
    xlm_roberta_config,
    xlm_roberta_tokenizer_config,
)
from tfmling.vocab.sentence_piece_vocabulary import SentencePieceVocabulary

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
    """Writes config.json, model.safetensors, the vocabulary and the tokenizer's settings.

    The pretraining heads are written where the encoder keeps them: `BertForPreTraining` finds
    them, and `BertModel` loads the encoder alone. One with a SentencePiece vocabulary is written
    as `XLMRobertaForMaskedLM`.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    released = read_backbone(encoder.backbone) | heads_to_released(encoder.head_weights)
    weights = dict(_renamed(name, value) for name, value in released.items())
    vocabulary = encoder.vocabulary
    if isinstance(vocabulary, SentencePieceVocabulary):
        config = xlm_roberta_config(_config(encoder), vocabulary)
        weights, tokenizer = as_xlm_roberta(weights), xlm_roberta_tokenizer_config(encoder)
        write_fast_tokenizer(vocabulary, path)
    else:
        config, tokenizer = _config(encoder), _tokenizer_config(encoder)
    save_file(weights, path / "model.safetensors", metadata={"format": "pt"})
    vocabulary.write(str(path / vocabulary.FILE))
    _write_json(path / "config.json", config)
    _write_json(path / "tokenizer_config.json", tokenizer)


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
