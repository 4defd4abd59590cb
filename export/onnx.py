"""Write, verify and publish an ONNX model of an encoder: what `export_onnx` does.

The model takes ids of any batch size and length, and includes pooling and L2 normalization. It is
converted by tf2onnx (https://github.com/onnx/tensorflow-onnx).

Shapes: B batch, L length, D width.
"""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from export.checks import check_truncate_dim, local_folder, resolve_max_length
from export.encoder import INPUTS
from export.settings import ExportOnnx
from export.verify import PROBE_TEXTS, compare_vectors
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import extras, files, outputs
from tfmling.core.config import ConfigError
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.embedding.model_files import ONNX_CONFIG, ONNX_MODEL, IdModelConfig
from tfmling.embedding.onnx_embedder import OnnxEmbedder
from tfmling.evaluation.model_card import LONGEST, write_model_card
from tfmling.modeling.encoder import Encoder

OPSET = 18
LARGEST_BYTES = 2**31  # of one ONNX file, a limit of Protocol Buffers
TOLERANCE = 1e-4
_ORDER = "tf2onnx orders and names nodes by Python's string hashes, which each process seeds anew"
VARYING = {
    "model.onnx": _ORDER,
    "verification.json": f"its sums are rounded in that order: {_ORDER}",
}


def export_onnx(settings: ExportOnnx) -> None:
    """Export an encoder; the output is published only after the model was run and compared.

    Raises:
        ConfigError: if `max_length` or `truncate_dim` is more than the encoder has, or its weights
            are larger than one ONNX file can be.
        MissingPackageError: if the extra `onnx` is not installed.
        VerificationError: if a vector differs from the checkpoint's by more than TOLERANCE.
    """
    for package in ("tf2onnx", "onnxruntime"):
        extras.require(package, "onnx")  # fail before an encoder is loaded
    encoder = load_encoder(settings.encoder)
    max_length = resolve_max_length(settings.max_length, encoder)
    check_truncate_dim(settings.truncate_dim, encoder)
    with (
        outputs.publish(settings, varying_results=VARYING) as folder,
        local_folder(folder) as local,
    ):
        facts = {LONGEST: f"{max_length} pieces"}
        write_model_card(local, settings.card, encoder, "onnx", facts=facts)
        size = save_onnx_encoder(encoder, max_length, local, settings.truncate_dim)
        embedder = KerasEmbedder(encoder, max_length, truncate_dim=settings.truncate_dim)
        difference = compare_vectors(
            OnnxEmbedder(local).encode(PROBE_TEXTS), embedder.encode(PROBE_TEXTS), TOLERANCE
        )
        report = {
            "megabytes": size / 1e6, "texts": len(PROBE_TEXTS), "tolerance": TOLERANCE,
            "max_difference": difference,
        }  # fmt: skip
        files.write_json(files.join(local, "verification.json"), report)
    print(f"{size / 1e6:.1f} MB, vectors within {difference:.1g}; published {settings.output}")


def save_onnx_encoder(
    encoder: Encoder, max_length: int, folder: str, truncate_dim: int | None = None
) -> int:
    """Write `model.onnx`, the vocabulary and `onnx.json`.

    Args:
        encoder: to export.
        max_length: ids to read of a text, special pieces included.
        folder: local; it exists.
        truncate_dim: keep only the first dimensions of each vector; None keeps all.

    Returns:
        Size of the model in bytes.

    Raises:
        ConfigError: if the weights are larger than one ONNX file can be.

    Example:
        >>> size = save_onnx_encoder(encoder, max_length=8, folder=folder)
        >>> sorted(path.name for path in Path(folder).iterdir())
        ['model.onnx', 'onnx.json', 'vocab.txt']
    """
    weights = sum(4 * int(np.prod(variable.shape)) for variable in encoder.variables)
    if weights >= LARGEST_BYTES:
        raise ConfigError(
            f"encoder: expected weights below {LARGEST_BYTES:,} bytes, what one ONNX file holds, "
            f"got {weights:,}; trim the vocabulary first (trim_vocab)"
        )
    model = _convert(encoder, truncate_dim).SerializeToString()
    (Path(folder) / ONNX_MODEL).write_bytes(model)
    encoder.vocabulary.write(str(Path(folder) / encoder.vocabulary.FILE))
    IdModelConfig.of(encoder.vocabulary, max_length, "float32").write(folder, ONNX_CONFIG)
    return len(model)


def _convert(encoder: Encoder, truncate_dim: int | None = None) -> Any:
    """The model: int32 [B, L] `input_word_ids`, `input_mask`, `input_type_ids` to `default`."""
    tf2onnx = extras.load("tf2onnx", "onnx")

    names, width = list(INPUTS), truncate_dim or encoder.embedding_dim

    @tf.function(autograph=False)
    def embed(*ids: tf.Tensor) -> dict[str, tf.Tensor]:
        inputs = dict(zip(names, ids, strict=True))
        vectors_BD = encoder.embed(inputs, training=False, truncate_dim=truncate_dim)
        return {"default": tf.ensure_shape(vectors_BD, [None, width])}

    model, _ = tf2onnx.convert.from_function(
        embed,
        input_signature=list(INPUTS.values()),
        opset=OPSET,
        custom_op_handlers={"Erfc": (_as_erf, [])},
    )
    return model


def _as_erf(graph: Any, node: Any, name: str, _: list[object]) -> None:
    """Replace erfc, which TensorFlow's exact GELU uses and ONNX lacks, by 1 - erf."""
    (given,), (result,) = node.input, node.output
    graph.remove_node(node.name)
    one = graph.make_const(f"{name}_one", np.array(1.0, np.float32))
    erf = graph.make_node("Erf", [given], name=f"{name}_erf")
    graph.make_node("Sub", [one.output[0], erf.output[0]], outputs=[result], name=name)
