"""Taggers on disk: an encoder folder with tagger.json and tagger.safetensors."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.safetensors_files import write_tensors
from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.modeling.encoder import Encoder
from tfmling.tagging.crf import allowed_transitions
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.linear_tagger import LinearTagger, PairClassifier
from tfmling.tagging.settings import BilstmCrfHead, TaggerConfig
from tfmling.tagging.tagger import Tagger

CONFIG, WEIGHTS = "tagger.json", "tagger.safetensors"


def build_tagger(config: TaggerConfig, encoder: Encoder) -> Tagger:
    """Build a tagger with a new head.

    Args:
        config: head and labels.
        encoder: computes the hidden states.

    Raises:
        ValueError: a CRF for pairs, which have one label each.

    Example:
        >>> config = TaggerConfig(head={"kind": "linear"}, unit="words", labels=["NOUN", "VERB"])
        >>> tagger = build_tagger(config, encoder)
        >>> [tuple(variable.shape) for variable in tagger.head_variables]  # width 16, 2 labels
        [(16, 2), (2,)]
    """
    head, labels = config.head, config.labels
    if isinstance(head, BilstmCrfHead):
        if config.unit == "pairs":
            raise ValueError("expected a linear head for pairs, got bilstm_crf")
        return CrfTagger(encoder, allowed_transitions(labels, config.scheme), head)
    if config.unit == "pairs":
        return PairClassifier(encoder, len(labels), head.dropout)
    return LinearTagger(encoder, len(labels), head.dropout)


def save_tagger(tagger: Tagger, config: TaggerConfig, folder: str) -> None:
    """Write a tagger with its encoder into a local folder; `load_tagger` reads it.

    Example:
        >>> config = TaggerConfig(head={"kind": "linear"}, unit="words", labels=["NOUN", "VERB"])
        >>> save_tagger(build_tagger(config, encoder), config, folder)
        >>> (Path(folder) / "tagger.json").exists()
        True
    """
    save_encoder(tagger.encoder, folder)
    files.write_json(files.join(folder, CONFIG), config.model_dump(mode="json"))
    weights = {
        f"{number:04}": np.asarray(variable.numpy())  # asarray: scalars too
        for number, variable in enumerate(tagger.head_variables)
    }
    write_tensors(weights, Path(folder) / WEIGHTS)


def load_tagger(folder: str, *, dtype: str = "float32") -> tuple[Tagger, TaggerConfig]:
    """Read a tagger and its config, as `save_tagger` wrote them.

    Raises:
        FileNotFoundError: the folder contains no tagger.
        ValueError: the weights do not fit tagger.json.

    Example:
        >>> config = TaggerConfig(head={"kind": "linear"}, unit="words", labels=["NOUN", "VERB"])
        >>> save_tagger(build_tagger(config, encoder), config, folder)
        >>> tagger, loaded = load_tagger(folder)
        >>> loaded.labels
        ['NOUN', 'VERB']
    """
    manifest.verify_once(folder)
    if not files.exists(files.join(folder, CONFIG)):
        raise MissingFileError(f"{folder}: expected {CONFIG}, which train_tagger writes")
    text = files.read_text(files.join(folder, CONFIG))
    config = TaggerConfig.model_validate(json.loads(text))
    tagger = build_tagger(config, load_encoder(folder, dtype=dtype))
    weights = load_file(Path(folder) / WEIGHTS)
    shapes = [weights[name].shape for name in sorted(weights)]
    expected = [tuple(variable.shape) for variable in tagger.head_variables]
    if shapes != expected:
        raise ValueError(f"{folder}/{WEIGHTS}: expected arrays of shapes {expected}, got {shapes}")
    for name, variable in zip(sorted(weights), tagger.head_variables, strict=True):
        variable.assign(weights[name])
    return tagger, config
