"""Writes, verifies and publishes the SavedModels of one encoder."""

import contextlib
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf
import tensorflow_text

from export.archives import write_archive
from export.cosines import compare_cosines
from export.encoder import save_encoder_model
from export.preprocessor import save_preprocessor
from export.probe_texts import PROBE_TEXTS
from export.sentence_encoder import save_sentence_encoder
from export.settings import ExportTfhub
from export.verify import verify_models
from export.weights import round_weights
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import config, files, outputs
from tfmling.embedding.embed_text import TextEmbedder
from tfmling.evaluation.model_card import LONGEST, write_model_card
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.build_tokenizer import build_tokenizer

MODELS = ("encoder", "preprocessor", "sentence_encoder")


def export_models(settings: ExportTfhub) -> None:
    """Exports an encoder; the output folder appears only after all of it was loaded and compared.

    Raises:
        ConfigError: `max_length` is more than the encoder has positions for.
        VerificationError: an exported model differs from the checkpoint.
    """
    tf.config.set_visible_devices([], "GPU")  # values are compared on the CPU's float32
    say = _Clock()
    encoder = load_encoder(settings.encoder)
    max_length = text_length(settings.max_length, encoder)
    check_dimensions(settings.dimensions, encoder)
    say(f"loaded {settings.encoder}")
    report = describe(encoder, settings)
    if settings.weights != "float32":
        report["rounded"] = round_and_compare(encoder, settings)
        say(f"rounded to {settings.weights}: {report['rounded']}")
    with outputs.publish(settings) as folder, local_folder(folder) as local:
        facts = {name: report[name] for name in ("weights", "dimensions")}
        facts[LONGEST] = f"{max_length} pieces"
        write_model_card(local, settings.card, encoder, "tfhub", facts=facts)
        write_models(encoder, settings, local, say)
        report["models"] = verify_models(encoder, max_length, local, settings.dimensions)
        files.write_json(files.join(local, "verification.json"), report)
        say("loaded all in a clean process: equal to the checkpoint")
        for name in MODELS:
            write_archive(files.join(local, name), files.join(local, f"{name}.tar.gz"))
        say("packed the archives")
    say(f"published {settings.output}")


def text_length(max_length: int | None, encoder: Encoder) -> int:
    """How many pieces of a text an export reads: `max_length`, or None: what the encoder reads.

    Raises:
        ConfigError: the encoder reads fewer.
    """
    if max_length is None:
        return encoder.max_text_length
    check_length(max_length, encoder)
    return max_length


def check_length(max_length: int, encoder: Encoder) -> None:
    """Raises ConfigError where the encoder reads fewer pieces of a text than `max_length`."""
    if max_length > encoder.max_text_length:
        raise config.ConfigError(
            f"max_length: expected at most {encoder.max_text_length}, the pieces that the encoder "
            f"reads of a text ({encoder.max_sequence_length} positions), got {max_length}"
        )


def check_dimensions(dimensions: int | None, encoder: Encoder) -> None:
    """Raises ConfigError where the encoder's vectors have fewer numbers than are to be kept."""
    if dimensions is not None and dimensions > encoder.embedding_dim:
        raise config.ConfigError(
            f"dimensions: expected at most {encoder.embedding_dim}, the width of the sentence "
            f"vectors, got {dimensions}"
        )


def round_and_compare(encoder: Encoder, settings: ExportTfhub) -> dict[str, Any]:
    """Rounds the encoder's weights to what is kept of them; how near its vectors stay.

    Raises:
        VerificationError: a cosine of before and after is below `min_cosine`.
    """
    embed = TextEmbedder(encoder, settings.max_length, dimensions=settings.dimensions)
    before_ND = embed(PROBE_TEXTS)
    round_weights(encoder, settings.weights)
    return compare_cosines(embed(PROBE_TEXTS), before_ND, settings.min_cosine)


def write_models(
    encoder: Encoder, settings: ExportTfhub, folder: str, say: Callable[[str], None] = print
) -> None:
    """Writes the three SavedModels into a local folder."""
    tokenizer, dtype = build_tokenizer(encoder.vocabulary), settings.weights
    max_length = text_length(settings.max_length, encoder)
    save_encoder_model(encoder, files.join(folder, "encoder"), dtype)
    say("wrote encoder")
    save_preprocessor(tokenizer, max_length, files.join(folder, "preprocessor"))
    say("wrote preprocessor")
    save_sentence_encoder(
        encoder,
        tokenizer,
        max_length,
        files.join(folder, "sentence_encoder"),
        dtype=dtype,
        dimensions=settings.dimensions,
    )
    say("wrote sentence_encoder")


def describe(encoder: Encoder, settings: ExportTfhub) -> dict[str, Any]:
    """What `verification.json` says first: which weights, kept how, under which versions."""
    return {
        "weights_sha256": weights_sha256(encoder),
        "vocabulary_sha256": encoder.vocabulary.sha256,
        "weights": settings.weights,
        "dimensions": settings.dimensions or encoder.embedding_dim,
        "tensorflow": tf.__version__,
        "tensorflow_text": tensorflow_text.__version__,
    }


def weights_sha256(encoder: Encoder) -> str:
    """A hash of all trained weights, to say which ones a result came from."""
    digest = hashlib.sha256()
    for variable in encoder.trainable_variables:
        digest.update(variable.numpy().tobytes())
    return digest.hexdigest()


@contextlib.contextmanager
def local_folder(folder: str) -> Iterator[str]:
    """A local folder to work in, whose files end in `folder` if that is on another system."""
    if not files.is_remote(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory() as local:
        yield local
        system, root = files.filesystem(folder)
        system.put(f"{local}/", root, recursive=True)


class _Clock:
    """Prints what was done and how long after the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, done: str) -> None:
        print(f"{time.monotonic() - self._start:7.1f} s  {done}", flush=True)
