"""Loads exported models back, in a clean process, and compares them with the checkpoint.

The expected values come from the live encoder (the one that training and evaluation use), the
other ones from `export.clean_process`.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from export import clean_process
from export.encoder import flat
from export.probe_texts import PROBE_TEXTS
from tfmling.core.errors import UserError
from tfmling.core.plain_paths import plain_path
from tfmling.core.report_errors import debugging
from tfmling.embedding.embed_text import TextEmbedder
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

TOLERANCE = 1e-5
WAYS = ("call", "signature")
TEXT_WAYS = (*WAYS, "alone")

Arrays = dict[str, np.ndarray]


class VerificationError(UserError, RuntimeError):
    """An exported model does not load, or gives other values than the checkpoint."""


def verify_models(
    encoder: Encoder, max_length: int, folder: str, dimensions: int | None = None
) -> dict[str, Any]:
    """Compares `encoder`, `preprocessor` and `sentence_encoder` in a local folder.

    Args:
        encoder: with the weights as they were exported.
        max_length: of the sentence encoder.
        folder: local.
        dimensions: numbers of a sentence vector; None: all.

    Returns:
        By model: the largest difference of every output of the call and of the signatures.

    Raises:
        VerificationError: a model does not load or differs by more than TOLERANCE (ids: at all).
    """
    embedder = TextEmbedder(encoder, max_length=max_length, dimensions=dimensions)
    ids = packed(embedder.tokenizer, max_length)
    listed = {name: array.tolist() for name, array in ids.items()}
    texts = {"text": [as_json(text) for text in PROBE_TEXTS]}
    got = run_clean(
        folder,
        {"encoder": listed, "preprocessor": texts, "sentence_encoder": texts},
        {"sentence_encoder": {"token_ids": listed}},
    )
    mask_BL = ids["input_mask"].astype(bool)
    expected = {
        "encoder": (at_tokens(states(encoder, ids), mask_BL), TOLERANCE, WAYS),
        "preprocessor": (ids, 0.0, TEXT_WAYS),
        "sentence_encoder": (
            {"default": embedder(PROBE_TEXTS)}, TOLERANCE, (*TEXT_WAYS, "token_ids"),
        ),
    }  # fmt: skip
    got["encoder"] = at_tokens(got["encoder"], mask_BL)
    return {name: compare(got[name], *expected[name], model=name) for name in expected}


def as_json(text: str | bytes) -> str:
    """A text as `export.clean_process` reads it."""
    return text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text


def at_tokens(arrays: Arrays, mask_BL: np.ndarray) -> Arrays:
    """States [B, L, D] without those of padding.

    They say nothing and no one reads them, and yet they magnify rounding a hundredfold.
    """
    return {name: array[mask_BL] if array.ndim == 3 else array for name, array in arrays.items()}


def packed(tokenizer: SubwordTokenizer, max_length: int) -> Arrays:
    """The probe texts as encoder inputs."""
    inputs = tokenizer.pack(tokenizer(tf.constant(PROBE_TEXTS)), max_length)
    return {name: tensor.numpy() for name, tensor in inputs.items()}


def states(encoder: Encoder, ids: Arrays) -> Arrays:
    """What the live encoder gives for ids."""
    outputs = encoder({name: tf.constant(array) for name, array in ids.items()}, training=False)
    return {name: tensor.numpy() for name, tensor in flat(outputs).items()}


def run_clean(
    folder: str,
    inputs: dict[str, dict[str, list[Any]]],
    signatures: dict[str, dict[str, dict[str, list[Any]]]] | None = None,
) -> dict[str, Arrays]:
    """Outputs of SavedModels in a process of its own, on the CPU; see `export.clean_process`.

    Args:
        folder: local, holds the models.
        inputs: by model, by tensor.
        signatures: of further signatures, by model and name, the same.

    Raises:
        VerificationError: a model does not load or does not run.
    """
    further = signatures or {}
    jobs = {
        model: {
            "folder": plain_path(str(Path(folder) / model)),
            "inputs": given,
            "signatures": further.get(model, {}),
        }
        for model, given in inputs.items()
    }
    with tempfile.TemporaryDirectory() as workplace:
        given, got = f"{workplace}/jobs.json", f"{workplace}/outputs.npz"
        Path(given).write_text(json.dumps(jobs), encoding="utf-8")
        _run([clean_process.__file__, given, got])
        with np.load(got) as outputs:
            return {model: _of_model(outputs, model) for model in jobs}


def _run(command: list[str]) -> None:
    # -P: the folder of the script, with its `settings` and `encoder`, is not on the path
    command = [sys.executable, "-P", *command]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        said = done.stderr if debugging() else "".join(lines[-1:])
        raise VerificationError(
            "expected the exported models to load and run in a clean process with TensorFlow and "
            f"TensorFlow Text only, but it ended with {done.returncode}: {said}"
        )


def _of_model(outputs: Mapping[str, np.ndarray], model: str) -> Arrays:
    prefix = f"{model}/"
    return {k.removeprefix(prefix): outputs[k] for k in outputs if k.startswith(prefix)}


def compare(
    got: Arrays, expected: Arrays, tolerance: float, ways: Sequence[str] = WAYS, *, model: str
) -> dict[str, Any]:
    """Largest differences by output, in units of its largest value where that is above one.

    Args:
        got: outputs `WAY/NAME`.
        expected: outputs by NAME.
        tolerance: the largest difference that passes.
        ways: in which the model was called; all must give the same.
        model: named in the error.

    Raises:
        VerificationError: an output is missing, has another shape, is not finite, or differs.
    """
    wanted = {f"{way}/{name}": array for way in ways for name, array in expected.items()}
    if got.keys() != wanted.keys():
        raise VerificationError(f"{model}: expected outputs {sorted(wanted)}, got {sorted(got)}")
    differences = {name: _difference(got[name], array) for name, array in wanted.items()}
    worst = max(differences, key=lambda name: differences[name])
    if not differences[worst] <= tolerance:
        raise VerificationError(
            f"{model}: {worst} differs from the checkpoint by {differences[worst]:.3g}; "
            f"expected at most {tolerance:g}. Nothing was published."
        )
    rows = len(next(iter(expected.values())))
    return {"rows": rows, "tolerance": tolerance, "max_difference": differences}


def _difference(got: np.ndarray, expected: np.ndarray) -> float:
    """Infinite where shapes differ or a value is not finite."""
    if got.shape != expected.shape or not np.isfinite(got).all():
        return float("inf")
    scale = max(1.0, float(np.abs(expected).max(initial=0.0))) if expected.dtype.kind == "f" else 1
    return float(np.abs(got.astype(np.float64) - expected).max(initial=0.0)) / scale
