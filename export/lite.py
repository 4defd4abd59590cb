"""Write, verify and publish a LiteRT model (.tflite) of an encoder: what `export_lite` does.

The model has fixed shapes, and includes pooling and L2 normalization. Weights may be stored in 16
bits, or in 8 bits with a scale per channel (dynamic range quantization: Jacob et al. 2018,
"Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference").
Activations stay float32.

Shapes: L length.
"""

from pathlib import Path
from typing import Literal

import tensorflow as tf

from export.checks import local_folder, resolve_max_length
from export.encoder import INPUTS
from export.settings import ExportLite
from export.verify import PROBE_TEXTS, compare_cosines
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files, outputs
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.embedding.litert_embedder import LiteRTEmbedder
from tfmling.embedding.model_files import LITERT_CONFIG, LITERT_MODEL, IdModelConfig
from tfmling.evaluation.model_card import LONGEST, write_model_card
from tfmling.modeling.bert.fused import disable_fusion
from tfmling.modeling.encoder import Encoder

Weights = Literal["float32", "float16", "int8"]


def export_lite(settings: ExportLite) -> None:
    """Export an encoder; the output is published only after the model was run and compared.

    Raises:
        ConfigError: if `max_length` is more than the encoder reads.
        VerificationError: if a cosine with the checkpoint's vectors is below `min_cosine`.
    """
    encoder = load_encoder(settings.encoder)
    max_length = resolve_max_length(settings.max_length, encoder)
    with outputs.publish(settings) as folder, local_folder(folder) as local:
        facts = {"weights": settings.weights, LONGEST: f"{max_length} pieces"}
        write_model_card(local, settings.card, encoder, "lite", facts=facts)
        size = save_lite_encoder(encoder, max_length, settings.weights, local)
        expected_ND = KerasEmbedder(encoder, max_length).encode(PROBE_TEXTS)
        got_ND = LiteRTEmbedder(local).encode(PROBE_TEXTS)
        compared = compare_cosines(got_ND, expected_ND, settings.min_cosine)
        report = {"weights": settings.weights, "megabytes": size / 1e6, **compared}
        files.write_json(files.join(local, "verification.json"), report)
    print(
        f"{settings.weights}: {size / 1e6:.1f} MB, cosine with the checkpoint at least "
        f"{compared['min_cosine']:.5f}; published {settings.output}"
    )


def save_lite_encoder(encoder: Encoder, max_length: int, weights: Weights, folder: str) -> int:
    """Write `model.tflite`, the vocabulary and `lite.json`.

    Args:
        encoder: to export.
        max_length: L, ids per text, padding included.
        weights: type of the stored weights.
        folder: local; it exists.

    Returns:
        Size of the model in bytes.

    Example:
        >>> size = save_lite_encoder(encoder, max_length=8, weights="float32", folder=folder)
        >>> sorted(path.name for path in Path(folder).iterdir())
        ['lite.json', 'model.tflite', 'vocab.txt']
    """
    model = _convert(encoder, max_length, weights)
    (Path(folder) / LITERT_MODEL).write_bytes(model)
    encoder.vocabulary.write(str(Path(folder) / encoder.vocabulary.FILE))
    IdModelConfig.of(encoder.vocabulary, max_length, weights).write(folder, LITERT_CONFIG)
    return len(model)


def _convert(encoder: Encoder, max_length: int, weights: Weights) -> bytes:
    """The model: int32 [1, L] `input_word_ids`, `input_mask`, `input_type_ids` to `default`."""
    inputs_1L = {name: tf.TensorSpec([1, max_length], tf.int32, name) for name in INPUTS}

    @tf.function(autograph=False)
    def embed(**inputs_1L: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"default": encoder.embed(inputs_1L, training=False)}

    # the converter tracks plain variables only, not Keras's
    root = tf.train.Checkpoint()
    root.variables = [variable.value for variable in encoder.variables]
    root.embed = embed
    with disable_fusion():
        concrete = embed.get_concrete_function(**inputs_1L)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], root)
    if weights != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if weights == "float16":
        converter.target_spec.supported_types = [tf.float16]
    return converter.convert()
