"""Write, verify and publish the SavedModels of an encoder: what `export_tfhub` does."""

import gzip
import hashlib
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf
import tensorflow_text

from export.checks import check_truncate_dim, local_folder, resolve_max_length
from export.encoder import save_encoder_model
from export.preprocessor import save_preprocessor
from export.sentence_encoder import save_sentence_encoder
from export.settings import ExportTfhub
from export.verify import PROBE_TEXTS, compare_cosines, verify_models
from export.weights import round_weights
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files, outputs
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.evaluation.model_card import LONGEST, write_model_card
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.build_tokenizer import build_tokenizer

MODELS = ("encoder", "preprocessor", "sentence_encoder")
_COMPRESSION = 1  # weights hardly compress: a higher level saves a percent and takes minutes


def export_tfhub(settings: ExportTfhub) -> None:
    """Export an encoder; the output is published only after all of it was loaded and compared.

    Raises:
        ConfigError: if `max_length` or `truncate_dim` is more than the encoder has.
        VerificationError: if an exported model differs from the checkpoint.
    """
    tf.config.set_visible_devices([], "GPU")  # compare with float32 on the CPU
    log = _Clock()
    encoder = load_encoder(settings.encoder)
    max_length = resolve_max_length(settings.max_length, encoder)
    check_truncate_dim(settings.truncate_dim, encoder)
    log(f"loaded {settings.encoder}")
    report = _describe(encoder, settings)
    if settings.weights != "float32":
        report["rounded"] = _round_and_compare(encoder, settings)
        log(f"rounded to {settings.weights}: {report['rounded']}")
    with outputs.publish(settings) as folder, local_folder(folder) as local:
        facts = {name: report[name] for name in ("weights", "dimensions")}
        facts[LONGEST] = f"{max_length} pieces"
        write_model_card(local, settings.card, encoder, "tfhub", facts=facts)
        write_models(encoder, settings, local, log)
        report["models"] = verify_models(encoder, max_length, local, settings.truncate_dim)
        files.write_json(files.join(local, "verification.json"), report)
        log("loaded all in a clean process: equal to the checkpoint")
        for name in MODELS:
            _write_archive(files.join(local, name), files.join(local, f"{name}.tar.gz"))
        log("packed the archives")
    log(f"published {settings.output}")


def write_models(
    encoder: Encoder, settings: ExportTfhub, folder: str, log: Callable[[str], None] = print
) -> None:
    """Write the three SavedModels into a local folder."""
    tokenizer, dtype = build_tokenizer(encoder.vocabulary), settings.weights
    max_length = resolve_max_length(settings.max_length, encoder)
    save_encoder_model(encoder, files.join(folder, "encoder"), dtype)
    log("wrote encoder")
    save_preprocessor(tokenizer, max_length, files.join(folder, "preprocessor"))
    log("wrote preprocessor")
    save_sentence_encoder(
        encoder,
        tokenizer,
        max_length,
        files.join(folder, "sentence_encoder"),
        dtype=dtype,
        truncate_dim=settings.truncate_dim,
    )
    log("wrote sentence_encoder")


def _round_and_compare(encoder: Encoder, settings: ExportTfhub) -> dict[str, Any]:
    """Round the encoder's weights to their exported type, and compare its vectors.

    Raises:
        VerificationError: if a cosine between before and after is below `min_cosine`.
    """
    embedder = KerasEmbedder(encoder, settings.max_length, truncate_dim=settings.truncate_dim)
    before_ND = embedder.encode(PROBE_TEXTS)
    round_weights(encoder, settings.weights)
    return compare_cosines(embedder.encode(PROBE_TEXTS), before_ND, settings.min_cosine)


def _describe(encoder: Encoder, settings: ExportTfhub) -> dict[str, Any]:
    """The first part of `verification.json`: weights, their type, and versions."""
    digest = hashlib.sha256()
    for variable in encoder.trainable_variables:
        digest.update(variable.numpy().tobytes())
    return {
        "weights_sha256": digest.hexdigest(),
        "vocabulary_sha256": encoder.vocabulary.sha256,
        "weights": settings.weights,
        "dimensions": settings.truncate_dim or encoder.embedding_dim,
        "tensorflow": tf.__version__,
        "tensorflow_text": tensorflow_text.__version__,
    }


def _write_archive(model: str, path: str) -> None:
    """Pack a local SavedModel as hub servers send it; equal models give equal archives."""
    with (
        open(path, "wb") as file,
        gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for file in sorted(Path(model).rglob("*")):
            archive.add(file, str(file.relative_to(model)), recursive=False, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Remove what depends on the machine and the time."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


class _Clock:
    """Prints messages with the seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, message: str) -> None:
        print(f"{time.monotonic() - self._start:7.1f} s  {message}", flush=True)
