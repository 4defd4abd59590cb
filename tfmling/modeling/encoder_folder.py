"""Encoders on disk.

A folder of ours is a KerasHub preset (config.json, model.weights.h5) with vocab.txt or
sentencepiece.bpe.model, encoder.json and, where pretraining heads are kept, heads.safetensors. Read
are also Hugging Face folders and KerasHub presets of BERT and XLM-R, BERT's first releases
(TensorFlow 1) and SavedModels that `export_tfhub` wrote.
"""

from pathlib import Path
from typing import Any

import keras_hub
import numpy as np
from safetensors.numpy import load_file, save_file

from tfmling import files
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.exported_encoder import is_exported_encoder, load_exported_encoder
from tfmling.modeling.folder_description import read_description, write_description
from tfmling.modeling.folder_vocabulary import read_encoder_vocabulary
from tfmling.modeling.hugging_face_heads import read_hugging_face_heads
from tfmling.modeling.sentence_transformers_folder import read_dense
from tfmling.modeling.supported_layout import UnsupportedLayoutError, check_layout, check_local
from tfmling.modeling.tensorflow1_checkpoint import (
    is_tensorflow1_checkpoint,
    load_tensorflow1_checkpoint,
)
from tfmling.modeling.xlm_roberta_folder import is_xlm_roberta, load_xlm_roberta
from tfmling.vocab.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.vocabulary import Vocabulary

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
HEADS = "heads.safetensors"


def load_encoder(path: str, *, dtype: str = "float32", dropout: float | None = None) -> Encoder:
    """Loads an encoder with its vocabulary.

    Args:
        path: a folder of ours, a Hugging Face folder of BERT or XLM-R (safetensors), a KerasHub
            preset, a released BERT (bert_model.ckpt), an exported encoder or one of TF Hub
            (saved_model.pb); `package:name/folder` names a folder inside an installed package.
        dtype: `float32`, or `bfloat16` for bfloat16 arithmetic over float32 variables.
        dropout: probability during training; None keeps the folder's own (BERT: 0.1).

    Raises:
        FileNotFoundError: a file that the folder should hold is missing.
        UnsupportedLayoutError: its weights are pickled, those of another network, not on this
            machine, or were saved with another vocabulary.
    """
    check_local(path)
    folder = Path(files.resolve_package(path))
    if is_tensorflow1_checkpoint(folder):
        return load_tensorflow1_checkpoint(folder, policy=POLICIES[dtype], dropout=dropout)
    if is_exported_encoder(folder):
        return load_exported_encoder(folder, policy=POLICIES[dtype], dropout=dropout)
    check_layout(folder)
    description = read_description(folder)
    vocabulary = read_encoder_vocabulary(folder, description["lowercase"])
    _check_hash(folder, description, vocabulary)
    backbone = _load_backbone(folder, POLICIES[dtype], dropout)
    if (dense := read_dense(folder)) is not None:
        backbone.pooled_dense.set_weights(dense)
    return Encoder(
        backbone,
        vocabulary,
        pooling=description["pooling"],
        hidden_act=description["hidden_act"],
        layer_norm_epsilon=description["layer_norm_epsilon"],
        head_weights=_read_heads(folder),
    )


def _load_backbone(
    folder: Path, policy: str, dropout: float | None
) -> keras_hub.models.BertBackbone:
    options = {} if dropout is None else {"dropout": dropout}
    if is_xlm_roberta(folder):
        return load_xlm_roberta(folder, policy, **options)
    return keras_hub.models.BertBackbone.from_preset(str(folder), dtype=policy, **options)


def save_encoder(encoder: Encoder, folder: str) -> None:
    """Writes an encoder into an existing or new local folder; `load_encoder` reads it."""
    encoder.backbone.save_to_preset(folder)
    _write_tokenizer(encoder.vocabulary, folder)
    write_description(encoder, folder)
    if encoder.head_weights:
        save_file(encoder.head_weights, Path(folder) / HEADS)


def _write_tokenizer(vocabulary: SubwordVocabulary, folder: str) -> None:
    vocabulary.write(files.join(folder, vocabulary.FILE))
    if isinstance(vocabulary, Vocabulary):
        # KerasHub's own tokenizer beside ours, so that the folder is a whole preset for its users;
        # it has none of SentencePiece for its BERT
        keras_hub.models.BertTokenizer(
            vocabulary=list(vocabulary.pieces), lowercase=vocabulary.lowercase
        ).save_to_preset(folder)


def _check_hash(folder: Path, description: dict[str, Any], vocabulary: SubwordVocabulary) -> None:
    saved = description.get("vocabulary_sha256", vocabulary.sha256)
    if saved != vocabulary.sha256:
        raise UnsupportedLayoutError(
            f"{folder / vocabulary.FILE} is not the vocabulary these weights were saved with: "
            f"expected sha256 {saved}, got {vocabulary.sha256}. Restore the file."
        )


def _read_heads(folder: Path) -> dict[str, np.ndarray]:
    if (folder / HEADS).exists():
        return load_file(folder / HEADS)
    return read_hugging_face_heads(folder)
