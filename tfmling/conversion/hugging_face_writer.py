"""An encoder as a Hugging Face folder (BERT, XLM-R): `transformers` loads it with equal outputs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tfmling.conversion.bert_names import POOLER, TRANSPOSED, heads_to_released, read_backbone
from tfmling.conversion.hugging_face.names import DECODER, DECODER_BIAS, from_released
from tfmling.conversion.hugging_face_xlm_roberta import (
    as_xlm_roberta,
    write_fast_tokenizer,
    xlm_roberta_config,
    xlm_roberta_tokenizer_config,
)
from tfmling.conversion.safetensors_files import SINGLE, write_tensors
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import BIAS as OWN_BIAS
from tfmling.modeling.heads import DECODER as OWN_DECODER
from tfmling.modeling.heads import NEXT_SENTENCE
from tfmling.modeling.layout_error import note
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.word_piece_vocabulary import require_word_piece

_ACTIVATIONS = {"gelu": "gelu", "gelu_approximate": "gelu_pytorch_tanh"}


def write_hugging_face(encoder: Encoder, folder: str) -> None:
    """Writes config.json, model.safetensors, the vocabulary and the tokenizer's settings.

    The pretraining heads are written where the encoder keeps them: `BertForPreTraining` finds
    them, and `BertModel` loads the encoder alone. One with a SentencePiece vocabulary is written
    as `XLMRobertaForMaskedLM`.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    weights = _weights(encoder)
    vocabulary = encoder.vocabulary
    if isinstance(vocabulary, SentencePieceVocabulary):
        config = xlm_roberta_config(_config(encoder), vocabulary, OWN_BIAS in encoder.head_weights)
        weights, tokenizer = as_xlm_roberta(weights), xlm_roberta_tokenizer_config(encoder)
        write_fast_tokenizer(vocabulary, path)
    else:
        config, tokenizer = _config(encoder), _tokenizer_config(encoder)
    write_tensors(weights, path / SINGLE, {"format": "pt"})
    vocabulary.write(str(path / vocabulary.FILE))
    _write_json(path / "config.json", config)
    _write_json(path / "tokenizer_config.json", tokenizer)


def note_unsaid(encoder: Encoder) -> None:
    """Print what of an encoder this layout has no place for: how sentence vectors are made."""
    kinds = [layer.KIND for layer in encoder.sentence_layers]
    if kinds or encoder.pooling != "cls":
        parts = ", ".join([f"pooling {encoder.pooling}", *kinds])
        note(
            f"a Hugging Face folder does not say how sentence vectors are made ({parts}); "
            "`layout: sentence_transformers` does"
        )


def _weights(encoder: Encoder) -> dict[str, np.ndarray]:
    """All weights by Hugging Face's names; no pooler where the encoder has none."""
    heads = encoder.head_weights
    released = read_backbone(encoder.backbone) | heads_to_released(heads)
    if not encoder.has_pooler:
        released = {name: value for name, value in released.items() if name not in POOLER}
    weights = dict(_renamed(name, value) for name, value in released.items())
    if OWN_DECODER in heads:
        weights |= {DECODER: heads[OWN_DECODER], DECODER_BIAS: heads[OWN_BIAS].copy()}
    return weights


def _renamed(released: str, value: np.ndarray) -> tuple[str, np.ndarray]:
    is_matrix = released.endswith("kernel") and released != TRANSPOSED
    return from_released(released), np.ascontiguousarray(value.T if is_matrix else value)


def _config(encoder: Encoder) -> dict[str, Any]:
    backbone = encoder.backbone
    heads = encoder.head_weights
    return {
        "architectures": [_architecture(heads)],
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
    } | ({"tie_word_embeddings": False} if OWN_DECODER in heads else {})


def _architecture(heads: Mapping[str, np.ndarray]) -> str:
    if not heads:
        return "BertModel"
    has_next_sentence = any(name.startswith(NEXT_SENTENCE) for name in heads)
    return "BertForPreTraining" if has_next_sentence else "BertForMaskedLM"


def _tokenizer_config(encoder: Encoder) -> dict[str, Any]:
    vocabulary = require_word_piece(encoder.vocabulary, "BertTokenizer")
    return {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": vocabulary.lowercase,
        "strip_accents": vocabulary.strip_accents,
        "tokenize_chinese_chars": vocabulary.split_chinese,
        "model_max_length": encoder.max_text_length,
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "mask_token": "[MASK]",
    }


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
