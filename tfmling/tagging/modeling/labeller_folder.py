"""Labellers on disk: an encoder folder with labeller.json and labeller.safetensors beside it."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.safetensors_files import write_tensors
from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.tagging.modeling.build import build_labeller
from tfmling.tagging.modeling.labeller import Labeller
from tfmling.tagging.modeling.settings import LabellerDescription

DESCRIPTION, WEIGHTS = "labeller.json", "labeller.safetensors"


def save_labeller(labeller: Labeller, description: LabellerDescription, folder: str) -> None:
    """Writes a labeller with its encoder into a local folder; `load_labeller` reads it."""
    save_encoder(labeller.encoder, folder)
    files.write_json(files.join(folder, DESCRIPTION), description.model_dump(mode="json"))
    weights = {
        f"{number:04}": np.asarray(variable.numpy())  # a scalar too
        for number, variable in enumerate(labeller.head_variables)
    }
    write_tensors(weights, Path(folder) / WEIGHTS)


def load_labeller(folder: str, *, dtype: str = "float32") -> tuple[Labeller, LabellerDescription]:
    """Reads what `save_labeller` wrote.

    Raises:
        FileNotFoundError: the folder holds no labeller.
        ValueError: its weights are not those of the labeller that labeller.json describes.
    """
    manifest.verify_once(folder)
    if not files.exists(files.join(folder, DESCRIPTION)):
        raise MissingFileError(f"{folder}: expected {DESCRIPTION}, which train_tagger writes")
    text = files.read_text(files.join(folder, DESCRIPTION))
    description = LabellerDescription.model_validate(json.loads(text))
    labeller = build_labeller(description, load_encoder(folder, dtype=dtype))
    weights = load_file(Path(folder) / WEIGHTS)
    shapes = [weights[name].shape for name in sorted(weights)]
    expected = [tuple(variable.shape) for variable in labeller.head_variables]
    if shapes != expected:
        raise ValueError(f"{folder}/{WEIGHTS}: expected arrays of shapes {expected}, got {shapes}")
    for name, variable in zip(sorted(weights), labeller.head_variables, strict=True):
        variable.assign(weights[name])
    return labeller, description
