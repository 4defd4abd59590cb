"""Encoders on disk, in every layout that is read.

A folder of ours is a KerasHub preset with more beside it; see `keras_folder`. Read are also
Hugging Face and sentence-transformers folders and KerasHub presets of BERT and XLM-R, BERT's first
releases (TensorFlow 1) and SavedModels that `export_tfhub` wrote. docs/formats.md says what is
honoured of each.
"""

import math
from pathlib import Path

from tfmling.conversion.exported_encoder import is_exported_encoder, load_exported_encoder
from tfmling.conversion.folder_vocabulary import read_encoder_vocabulary
from tfmling.conversion.hugging_face.load import load_hugging_face
from tfmling.conversion.keras_folder import load_keras_folder, save_keras_folder
from tfmling.conversion.supported_layout import check_layout, check_local, is_keras_folder
from tfmling.conversion.tensorflow1_checkpoint import (
    is_tensorflow1_checkpoint,
    load_tensorflow1_checkpoint,
)
from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.modeling.encoder import Encoder

_HDF5_BYTES = 1 << 18  # of structure beside the weights

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def load_encoder(path: str, *, dtype: str = "float32", dropout: float | None = None) -> Encoder:
    """Loads an encoder with its vocabulary.

    Args:
        path: a folder of ours, a Hugging Face or sentence-transformers folder of BERT or XLM-R
            (safetensors), a KerasHub preset, a released BERT (bert_model.ckpt), an exported encoder
            or one of TF Hub (saved_model.pb); `package:name/folder` names a folder inside an
            installed package.
        dtype: `float32`, or `bfloat16` for bfloat16 arithmetic over float32 variables.
        dropout: probability during training; None keeps the folder's own (BERT: 0.1).

    Raises:
        FileNotFoundError: a file that the folder should hold is missing.
        UnsupportedLayoutError: names the file and key of what is damaged, does not fit, or is not
            supported.
    """
    check_local(path)
    manifest.verify_once(path)
    folder = Path(files.resolve_package(path))
    if is_tensorflow1_checkpoint(folder):
        return load_tensorflow1_checkpoint(folder, policy=POLICIES[dtype], dropout=dropout)
    if is_exported_encoder(folder):
        return load_exported_encoder(folder, policy=POLICIES[dtype], dropout=dropout)
    _check(folder)
    if is_keras_folder(folder):
        return load_keras_folder(folder, POLICIES[dtype], dropout)
    return load_hugging_face(folder, POLICIES[dtype], dropout)


def check_encoder_folder(folder: Path) -> None:
    """Look at the small files of a folder of ours, Hugging Face's or KerasHub's.

    Raises:
        FileNotFoundError: it holds no encoder, or no vocabulary.
        UnsupportedLayoutError: names the file and key of what is not supported.
    """
    _check(folder)
    read_encoder_vocabulary(folder)


def _check(folder: Path) -> None:
    check_layout(folder)
    if not any((folder / name).exists() for name in ("config.json", "modules.json")):
        raise MissingFileError(
            f"{folder / 'config.json'}: no such file; expected an encoder folder of tfmling, a "
            "Hugging Face folder of BERT or XLM-R with model.safetensors, or a KerasHub preset"
        )


def save_encoder(encoder: Encoder, folder: str) -> None:
    """Writes an encoder into an existing or new local folder; `load_encoder` reads it.

    Raises:
        OSError: there is no space for it.
    """
    weights = sum(math.prod(weight.shape) * 4 for weight in encoder.backbone.variables)
    files.reserve_space(folder, weights + _HDF5_BYTES)  # HDF5 does not survive a full disk
    save_keras_folder(encoder, folder)
