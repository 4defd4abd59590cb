"""Taggers on disk: an encoder folder with tagger.json and tagger.safetensors beside it."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.safetensors_files import write_tensors
from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.tagging.build import build_tagger
from tfmling.tagging.settings import TaggerConfig
from tfmling.tagging.tagger import Tagger

DESCRIPTION, WEIGHTS = "tagger.json", "tagger.safetensors"


def save_tagger(tagger: Tagger, description: TaggerConfig, folder: str) -> None:
    """Writes a tagger with its encoder into a local folder; `load_tagger` reads it."""
    save_encoder(tagger.encoder, folder)
    files.write_json(files.join(folder, DESCRIPTION), description.model_dump(mode="json"))
    weights = {
        f"{number:04}": np.asarray(variable.numpy())  # a scalar too
        for number, variable in enumerate(tagger.head_variables)
    }
    write_tensors(weights, Path(folder) / WEIGHTS)


def load_tagger(folder: str, *, dtype: str = "float32") -> tuple[Tagger, TaggerConfig]:
    """Reads what `save_tagger` wrote.

    Raises:
        FileNotFoundError: the folder holds no tagger.
        ValueError: its weights are not those of the tagger that tagger.json describes.
    """
    manifest.verify_once(folder)
    if not files.exists(files.join(folder, DESCRIPTION)):
        raise MissingFileError(f"{folder}: expected {DESCRIPTION}, which train_tagger writes")
    text = files.read_text(files.join(folder, DESCRIPTION))
    description = TaggerConfig.model_validate(json.loads(text))
    tagger = build_tagger(description, load_encoder(folder, dtype=dtype))
    weights = load_file(Path(folder) / WEIGHTS)
    shapes = [weights[name].shape for name in sorted(weights)]
    expected = [tuple(variable.shape) for variable in tagger.head_variables]
    if shapes != expected:
        raise ValueError(f"{folder}/{WEIGHTS}: expected arrays of shapes {expected}, got {shapes}")
    for name, variable in zip(sorted(weights), tagger.head_variables, strict=True):
        variable.assign(weights[name])
    return tagger, description
