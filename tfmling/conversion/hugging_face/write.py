"""Write an encoder as a Hugging Face folder (BERT, XLM-R) that `transformers` loads.

An encoder with a SentencePiece vocabulary becomes an XLM-R: two rows before the positions of
tokens, the head under `lm_head`, and the tokenizer as tokenizer.json beside SentencePiece's model.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers as pre
from tokenizers.processors import TemplateProcessing

from tfmling.conversion.bert_weights import heads_to_released, read_backbone
from tfmling.conversion.layout_files import note, write_json
from tfmling.conversion.safetensors_files import SINGLE, write_tensors
from tfmling.conversion.weight_names import (
    DECODER,
    DECODER_BIAS,
    POOLER,
    TRANSPOSED,
    to_hugging_face,
    to_xlm_roberta,
)
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import BIAS as OWN_BIAS
from tfmling.modeling.heads import DECODER as OWN_DECODER
from tfmling.modeling.heads import NEXT_SENTENCE
from tfmling.tokenizers.sentence_piece_proto import SentencePieceModel
from tfmling.tokenizers.sentence_piece_vocabulary import WORD_START, SentencePieceVocabulary
from tfmling.tokenizers.word_piece_vocabulary import require_word_piece

RESERVED_POSITIONS = 2  # no token uses the first two rows of XLM-R's position table
_ACTIVATIONS = {"gelu": "gelu", "gelu_approximate": "gelu_pytorch_tanh"}
_POSITIONS = "roberta.embeddings.position_embeddings.weight"


def write(encoder: Encoder, folder: str) -> None:
    """Write config.json, model.safetensors, the vocabulary and the tokenizer's settings.

    Pretraining heads are written if the encoder has them: `BertForPreTraining` loads them and
    `BertModel` loads the encoder alone. With a SentencePiece vocabulary, the layout is
    `XLMRobertaForMaskedLM`.

    Example:
        >>> write(encoder, folder)
        >>> sorted(path.name for path in Path(folder).iterdir())
        ['config.json', 'model.safetensors', 'tokenizer_config.json', 'vocab.txt']
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    weights = _weights(encoder)
    vocabulary = encoder.vocabulary
    if isinstance(vocabulary, SentencePieceVocabulary):
        config = _xlm_roberta_config(encoder)
        weights, tokenizer = _xlm_roberta_weights(weights), _xlm_roberta_tokenizer_config(encoder)
        _write_fast_tokenizer(vocabulary, path)
    else:
        config, tokenizer = _config(encoder), _tokenizer_config(encoder)
    write_tensors(weights, path / SINGLE, {"format": "pt"})
    vocabulary.write(str(path / vocabulary.FILE))
    write_json(path / "config.json", config)
    write_json(path / "tokenizer_config.json", tokenizer)


def note_lost_pooling(encoder: Encoder) -> None:
    """Print a note if the encoder has a pooling that this layout cannot express.

    Example:
        >>> note_lost_pooling(encoder)  # a line on stderr: pooling mean
    """
    kinds = [layer.KIND for layer in encoder.sentence_layers]
    if kinds or encoder.pooling != "cls":
        parts = ", ".join([f"pooling {encoder.pooling}", *kinds])
        note(
            f"a Hugging Face folder cannot store how sentence vectors are made ({parts}); "
            "`layout: sentence_transformers` can"
        )


def _weights(encoder: Encoder) -> dict[str, np.ndarray]:
    """All weights by Hugging Face's names, without a pooler if the encoder has none."""
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
    return to_hugging_face(released), np.ascontiguousarray(value.T if is_matrix else value)


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


def _xlm_roberta_weights(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of a BERT by the names and in the shapes of an XLM-R, without next sentence."""
    if any(name.startswith("cls.seq_relationship") for name in weights):
        note("the next-sentence head is not written: XLM-R has none")
    renamed = {
        to_xlm_roberta(name): value
        for name, value in weights.items()
        if not name.startswith("cls.seq_relationship")
    }
    renamed[_POSITIONS] = np.pad(renamed[_POSITIONS], ((RESERVED_POSITIONS, 0), (0, 0)))
    return renamed


def _xlm_roberta_config(encoder: Encoder) -> dict[str, Any]:
    config, vocabulary = _config(encoder), encoder.vocabulary
    has_masked_lm = OWN_BIAS in encoder.head_weights
    return config | {
        "architectures": ["XLMRobertaForMaskedLM" if has_masked_lm else "XLMRobertaModel"],
        "model_type": "xlm-roberta",
        "max_position_embeddings": config["max_position_embeddings"] + RESERVED_POSITIONS,
        "bos_token_id": vocabulary.cls_id,
        "eos_token_id": vocabulary.sep_id,
    }


def _write_fast_tokenizer(vocabulary: SentencePieceVocabulary, folder: Path) -> None:
    """Write tokenizer.json, with which `transformers` tokenizes text."""
    tokenizer = Tokenizer(models.Unigram(_scored(vocabulary), unk_id=vocabulary.unk_id))
    spec = SentencePieceModel.FromString(vocabulary.model).normalizer_spec
    if spec.precompiled_charsmap:
        tokenizer.normalizer = normalizers.Precompiled(spec.precompiled_charsmap)
    tokenizer.pre_tokenizer = pre.Sequence(
        [pre.WhitespaceSplit(), pre.Metaspace(WORD_START, prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(WORD_START, prepend_scheme="always")
    _, _, cls, sep, mask = vocabulary.SPECIAL_PIECES
    tokenizer.post_processor = TemplateProcessing(
        single=[cls, "$A", sep],
        pair=[cls, "$A", sep, sep, "$B", sep],
        special_tokens=[(cls, vocabulary.cls_id), (sep, vocabulary.sep_id)],
    )
    tokenizer.add_special_tokens(list(vocabulary.SPECIAL_PIECES[:-1]))
    tokenizer.add_special_tokens([AddedToken(mask, lstrip=True, special=True)])
    tokenizer.save(str(folder / "tokenizer.json"))


def _scored(vocabulary: SentencePieceVocabulary) -> list[tuple[str, float]]:
    pieces = SentencePieceModel.FromString(vocabulary.model).pieces
    scores = {piece.piece: piece.score for piece in pieces}
    return [(piece, scores.get(piece, 0.0)) for piece in vocabulary.pieces]


def _xlm_roberta_tokenizer_config(encoder: Encoder) -> dict[str, Any]:
    pad, unk, cls, sep, mask = encoder.vocabulary.SPECIAL_PIECES
    return {
        "tokenizer_class": "XLMRobertaTokenizer",
        "model_max_length": encoder.max_text_length,
        "bos_token": cls,
        "eos_token": sep,
        "unk_token": unk,
        "cls_token": cls,
        "sep_token": sep,
        "pad_token": pad,
        "mask_token": mask,
    }
