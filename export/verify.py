"""Load exported models in a clean process and compare them with the checkpoint.

The expected values come from the encoder in memory, which training and evaluation use; the others
from `export.clean_process`.

Shapes: N texts, B batch, L length, D width.
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
from export.encoder import flatten_outputs
from tfmling.core.errors import UserError
from tfmling.core.plain_paths import plain_path
from tfmling.core.report_errors import debugging
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

TOLERANCE = 1e-5
WAYS = ("call", "signature")
TEXT_WAYS = (*WAYS, "alone")

Arrays = dict[str, np.ndarray]

# texts on which exported models are compared with their checkpoint
EVERYDAY = (
    "Good morning, how did you sleep?",
    "The bus to the market leaves at seven.",
    "Habari ya asubuhi, umelalaje?",
    "Basi la kwenda sokoni linaondoka saa moja.",
    "Der Markt öffnet erst um neun Uhr.",
    "Le marché ferme à midi.",
    "Рынок закрывается в полдень.",
    "Η αγορά κλείνει το μεσημέρι.",
    "सुबह का बाज़ार बंद है।",
    "ตลาดเปิดตอนเช้า",
    "市場は朝に開きます。",
    "시장은 아침에 열립니다.",
    "السوق مغلق اليوم.",
    "השוק סגור היום.",
    "ገበያው ዛሬ ዝግ ነው።",
    "சந்தை இன்று மூடப்பட்டுள்ளது.",
)
AWKWARD = (
    "",
    " \t\n ",
    "a",
    "[MASK] [CLS] [SEP] [PAD]",
    "café cafe\u0301 CAFÉ",
    "👍🏽 👩‍👩‍👧 🇹🇿",
    "mixed текст 混ぜる मिश्रित 👍",
    "null\0byte",
    "\ufeffbyte-order mark, soft\u00adhyphen, zero\u200bwidth",
    "x" * 5000,
    "ก" * 60,
    "word " * 10_000,
    b"not \xff\xfe UTF-8 \xc3",
    "?!.,;:-_()[]{}#@%&*+=/\\|<>~^`'\"",
)
PROBE_TEXTS: tuple[str | bytes, ...] = EVERYDAY + AWKWARD


class VerificationError(UserError, RuntimeError):
    """An exported model cannot be loaded or differs from the checkpoint.

    Example:
        >>> raise VerificationError("expected vectors within 0.0001 of the checkpoint's, got 0.2")
        Traceback (most recent call last):
            ...
        export.verify.VerificationError: expected vectors within 0.0001 of the checkpoint's, got 0.2
    """


def verify_models(
    encoder: Encoder, max_length: int, folder: str, truncate_dim: int | None = None
) -> dict[str, Any]:
    """Compare `encoder`, `preprocessor` and `sentence_encoder` with an encoder in memory.

    Args:
        encoder: with the exported weights.
        max_length: of the sentence encoder.
        folder: local; contains the three SavedModels.
        truncate_dim: dimensions of a sentence vector; None means all.

    Returns:
        By model, the largest difference of each output of the call and of the signatures.

    Raises:
        VerificationError: if a model cannot be loaded, or differs by more than TOLERANCE (ids: at
            all).
    """
    embedder = KerasEmbedder(encoder, max_length=max_length, truncate_dim=truncate_dim)
    ids = _pack(embedder.tokenizer, max_length)
    listed = {name: array.tolist() for name, array in ids.items()}
    texts = {"text": [_json_string(text) for text in PROBE_TEXTS]}
    got = run_clean(
        folder,
        {"encoder": listed, "preprocessor": texts, "sentence_encoder": texts},
        {"sentence_encoder": {"token_ids": listed}},
    )
    mask_BL = ids["input_mask"].astype(bool)
    expected = {
        "encoder": (drop_padding(_encoder_outputs(encoder, ids), mask_BL), TOLERANCE, WAYS),
        "preprocessor": (ids, 0.0, TEXT_WAYS),
        "sentence_encoder": (
            {"default": embedder.encode(PROBE_TEXTS)}, TOLERANCE, (*TEXT_WAYS, "token_ids"),
        ),
    }  # fmt: skip
    got["encoder"] = drop_padding(got["encoder"], mask_BL)
    return {name: compare(got[name], *expected[name], model=name) for name in expected}


def _json_string(text: str | bytes) -> str:
    """A text in the form that `export.clean_process` reads."""
    return text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text


def drop_padding(arrays: Arrays, mask_BL: np.ndarray) -> Arrays:
    """Remove the states of padding from states [B, L, D].

    They are meaningless and unused, but magnify rounding errors a hundredfold.

    Example:
        >>> states = {"sequence_output": np.array([[[1.0], [2.0]]])}
        >>> drop_padding(states, np.array([[True, False]]))["sequence_output"].tolist()
        [[1.0]]
    """
    return {name: array[mask_BL] if array.ndim == 3 else array for name, array in arrays.items()}


def _pack(tokenizer: SubwordTokenizer, max_length: int) -> Arrays:
    """Encoder inputs of the probe texts."""
    inputs = tokenizer.pack(tokenizer(tf.constant(PROBE_TEXTS)), max_length)
    return {name: tensor.numpy() for name, tensor in inputs.items()}


def _encoder_outputs(encoder: Encoder, ids: Arrays) -> Arrays:
    """Outputs of the encoder in memory."""
    outputs = encoder({name: tf.constant(array) for name, array in ids.items()}, training=False)
    return {name: tensor.numpy() for name, tensor in flatten_outputs(outputs).items()}


def run_clean(
    folder: str,
    inputs: dict[str, dict[str, list[Any]]],
    signatures: dict[str, dict[str, dict[str, list[Any]]]] | None = None,
) -> dict[str, Arrays]:
    """Run SavedModels in a separate process on the CPU; see `export.clean_process`.

    Args:
        folder: local; contains the models.
        inputs: by model and tensor.
        signatures: inputs of further signatures, by model, signature and tensor.

    Returns:
        Outputs by model and `WAY/NAME`.

    Raises:
        VerificationError: if a model cannot be loaded or run.
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
    # -P: keep the modules beside the script, such as `onnx`, off the path
    command = [sys.executable, "-P", *command]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        message = done.stderr if debugging() else "".join(lines[-1:])
        raise VerificationError(
            "expected the exported models to load and run in a clean process with TensorFlow and "
            f"TensorFlow Text only, but it ended with {done.returncode}: {message}"
        )


def _of_model(outputs: Mapping[str, np.ndarray], model: str) -> Arrays:
    prefix = f"{model}/"
    return {k.removeprefix(prefix): outputs[k] for k in outputs if k.startswith(prefix)}


def compare(
    got: Arrays, expected: Arrays, tolerance: float, ways: Sequence[str] = WAYS, *, model: str
) -> dict[str, Any]:
    """Compare all outputs of a model.

    Args:
        got: outputs by `WAY/NAME`.
        expected: outputs by NAME.
        tolerance: the largest difference that passes, relative to an output's largest value if
            that is above one.
        ways: the ways in which the model was called; all must give the same outputs.
        model: its name, for the error.

    Returns:
        `rows`, `tolerance` and `max_difference` by output.

    Raises:
        VerificationError: if an output is missing, has another shape, is not finite, or differs.

    Example:
        >>> got = {"call/default": np.array([1.0]), "signature/default": np.array([1.5])}
        >>> compare(got, {"default": np.array([1.0])}, 0.5, model="encoder")["max_difference"]
        {'call/default': 0.0, 'signature/default': 0.5}
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
    """Infinite if shapes differ or a value is not finite."""
    if got.shape != expected.shape or not np.isfinite(got).all():
        return float("inf")
    scale = max(1.0, float(np.abs(expected).max(initial=0.0))) if expected.dtype.kind == "f" else 1
    return float(np.abs(got.astype(np.float64) - expected).max(initial=0.0)) / scale


def compare_cosines(
    got_ND: np.ndarray, expected_ND: np.ndarray, min_cosine: float
) -> dict[str, Any]:
    """Compare L2-normalized vectors of the probe texts by cosine.

    Returns:
        `texts`, `mean_cosine` and `min_cosine`.

    Raises:
        VerificationError: if a cosine is below `min_cosine` or not a number.

    Example:
        >>> vectors = np.array([[1.0, 0.0], [0.6, 0.8]])
        >>> compare_cosines(vectors, np.array([[1.0, 0.0], [0.0, 1.0]]), min_cosine=0.5)
        {'texts': 2, 'mean_cosine': 0.9, 'min_cosine': 0.8}
    """
    cosine_N = np.einsum("nd,nd->n", got_ND, expected_ND, dtype=np.float64)
    worst = float(cosine_N.min())
    if not worst >= min_cosine:
        raise VerificationError(
            f"expected a cosine of at least {min_cosine} with the checkpoint's vectors, got "
            f"{worst:.5f} for {PROBE_TEXTS[int(cosine_N.argmin())][:60]!r}. Nothing was published; "
            "store weights more finely, or lower min_cosine if its scores are good enough."
        )
    return {"texts": len(cosine_N), "mean_cosine": float(cosine_N.mean()), "min_cosine": worst}


def compare_vectors(got_ND: np.ndarray, expected_ND: np.ndarray, tolerance: float) -> float:
    """The largest difference between two sets of vectors.

    Raises:
        VerificationError: if it is larger than `tolerance` or not a number.

    Example:
        >>> compare_vectors(np.array([[0.5]]), np.array([[0.25]]), tolerance=0.3)
        0.25
    """
    difference = float(np.abs(got_ND - expected_ND).max())
    if not difference <= tolerance:
        raise VerificationError(
            f"expected vectors within {tolerance:g} of the checkpoint's, got {difference:.3g}. "
            "Nothing was published."
        )
    return difference
