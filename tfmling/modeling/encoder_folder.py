"""Encoders on disk.

A folder of ours is a KerasHub preset (config.json, model.weights.h5) with vocab.txt, encoder.json
and, where pretraining heads are kept, heads.safetensors. Read are also Hugging Face BERT folders,
KerasHub presets, BERT's first releases (TensorFlow 1) and SavedModels that `export_tfhub` wrote.
"""

import json
from pathlib import Path
from typing import Any

import keras_hub
import numpy as np
from safetensors.numpy import load_file, save_file

from tfmling import files
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.exported_encoder import is_exported_encoder, load_exported_encoder
from tfmling.modeling.fast_tokenizer import is_fast_tokenizer, read_lowercase, read_pieces
from tfmling.modeling.hugging_face_heads import read_hugging_face_heads
from tfmling.modeling.sentence_transformers_folder import read_dense, read_pooling
from tfmling.modeling.supported_layout import check_layout
from tfmling.modeling.tensorflow1_checkpoint import (
    is_tensorflow1_checkpoint,
    load_tensorflow1_checkpoint,
)
from tfmling.vocab.vocabulary import Vocabulary

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
DESCRIPTION, VOCABULARY, HEADS = "encoder.json", "vocab.txt", "heads.safetensors"


def load_encoder(path: str, *, dtype: str = "float32", dropout: float | None = None) -> Encoder:
    """Loads an encoder with its vocabulary.

    Args:
        path: a folder of ours, a Hugging Face BERT folder (safetensors), a KerasHub preset, a
            released BERT (bert_model.ckpt), an exported encoder or one of TF Hub (saved_model.pb);
            `package:name/folder` names a folder inside an installed Python package.
        dtype: `float32`, or `bfloat16` for bfloat16 arithmetic over float32 variables.
        dropout: probability during training; None keeps the folder's own (BERT: 0.1).

    Raises:
        FileNotFoundError: a file that the folder should hold is missing.
        ValueError: the folder's vocabulary is not the one its weights were saved with.
        UnsupportedLayoutError: its weights are pickled, or those of another network than BERT.
    """
    folder = Path(files.resolve_package(path))
    if is_tensorflow1_checkpoint(folder):
        return load_tensorflow1_checkpoint(folder, policy=POLICIES[dtype], dropout=dropout)
    if is_exported_encoder(folder):
        return load_exported_encoder(folder, policy=POLICIES[dtype], dropout=dropout)
    check_layout(folder)
    description = read_description(folder)
    vocabulary = read_vocabulary(folder, description["lowercase"])
    _check_hash(folder, description, vocabulary)
    options = {} if dropout is None else {"dropout": dropout}
    backbone = keras_hub.models.BertBackbone.from_preset(
        str(folder), dtype=POLICIES[dtype], **options
    )
    if (dense := read_dense(folder)) is not None:
        backbone.pooled_dense.set_weights(dense)
    return Encoder(
        backbone,
        vocabulary,
        pooling=description["pooling"],
        hidden_act=description["hidden_act"],
        head_weights=_read_heads(folder),
    )


def save_encoder(encoder: Encoder, folder: str) -> None:
    """Writes an encoder into an existing or new local folder; `load_encoder` reads it."""
    encoder.backbone.save_to_preset(folder)
    _write_tokenizer(encoder.vocabulary, folder)
    description = {
        "lowercase": encoder.vocabulary.lowercase,
        "pooling": encoder.pooling,
        "hidden_act": encoder.hidden_act,
        "vocabulary_sha256": encoder.vocabulary.sha256,
    }
    files.write_text(files.join(folder, DESCRIPTION), json.dumps(description, indent=2) + "\n")
    if encoder.head_weights:
        save_file(encoder.head_weights, Path(folder) / HEADS)


def _write_tokenizer(vocabulary: Vocabulary, folder: str) -> None:
    # KerasHub's own tokenizer beside ours, so that the folder is a whole preset for its users.
    vocabulary.write(files.join(folder, VOCABULARY))
    tokenizer = keras_hub.models.BertTokenizer(
        vocabulary=list(vocabulary.pieces), lowercase=vocabulary.lowercase
    )
    tokenizer.save_to_preset(folder)


def read_description(folder: Path) -> dict[str, Any]:
    """`lowercase`, `pooling`, `hidden_act` and, in folders of ours, `vocabulary_sha256`.

    Raises:
        FileNotFoundError: neither our description nor a config.json lies in the folder.
    """
    if (folder / DESCRIPTION).exists():
        return _read_json(folder / DESCRIPTION)
    if (folder / "tokenizer.json").exists() and (folder / "metadata.json").exists():
        lowercase = _read_json(folder / "tokenizer.json")["config"]["lowercase"]
        return {"lowercase": lowercase, "pooling": "cls", "hidden_act": "gelu_approximate"}
    return _describe_hugging_face(folder)


def _describe_hugging_face(folder: Path) -> dict[str, Any]:
    config = _read_json(folder / "config.json")
    return {
        "lowercase": read_lowercase(folder),
        "pooling": read_pooling(folder),
        "hidden_act": "gelu" if config["hidden_act"] == "gelu" else "gelu_approximate",
    }


def read_vocabulary(folder: Path, lowercase: bool) -> Vocabulary:
    """The vocabulary of an encoder folder, ours, Hugging Face's or KerasHub's.

    Raises:
        FileNotFoundError: no vocabulary lies in the folder.
    """
    for name in (VOCABULARY, "assets/tokenizer/vocabulary.txt"):
        if (folder / name).exists():
            return Vocabulary.read(str(folder / name), lowercase)
    if is_fast_tokenizer(folder):
        return Vocabulary(read_pieces(folder), lowercase)
    raise FileNotFoundError(
        f"{folder}: expected {VOCABULARY} (BERT's WordPiece vocabulary) or tokenizer.json, found "
        "neither"
    )


def _check_hash(folder: Path, description: dict[str, Any], vocabulary: Vocabulary) -> None:
    saved = description.get("vocabulary_sha256", vocabulary.sha256)
    if saved != vocabulary.sha256:
        raise ValueError(
            f"{folder / VOCABULARY} is not the vocabulary these weights were saved with: expected "
            f"sha256 {saved}, got {vocabulary.sha256}. Restore the file."
        )


def _read_heads(folder: Path) -> dict[str, np.ndarray]:
    if (folder / HEADS).exists():
        return load_file(folder / HEADS)
    return read_hugging_face_heads(folder)


def _read_json(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: no such file; expected an encoder folder of tfmling, a Hugging Face BERT "
            "folder with model.safetensors, or a KerasHub preset"
        )
    return json.loads(path.read_text(encoding="utf-8"))
