"""The encoder with pooling and L2 norm as an ONNX model (`model.onnx`), for any batch and length.

Converted by tf2onnx (https://github.com/onnx/tensorflow-onnx).

Shapes: B batch, L length, D width.
"""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from export.encoder import INPUTS
from tfmling.core import extras
from tfmling.core.config import ConfigError
from tfmling.embedding.lite_model import Description
from tfmling.embedding.onnx_model import DESCRIPTION, MODEL
from tfmling.modeling.encoder import Encoder

OPSET = 18
LARGEST_BYTES = 2**31  # of one ONNX file, a limit of Protocol Buffers


def save_onnx_encoder(
    encoder: Encoder, max_length: int, folder: str, dimensions: int | None = None
) -> int:
    """Writes `model.onnx`, the vocabulary and `onnx.json` into a local folder.

    Args:
        encoder: the encoder.
        max_length: ids of a text that are read, [CLS] and [SEP] included.
        folder: exists already.
        dimensions: numbers of a vector that are kept; None keeps all.

    Returns:
        The size of the model in bytes.

    Raises:
        ConfigError: the weights are more than one ONNX file holds.
    """
    weights = sum(4 * int(np.prod(variable.shape)) for variable in encoder.variables)
    if weights >= LARGEST_BYTES:
        raise ConfigError(
            f"encoder: expected weights below {LARGEST_BYTES:,} bytes, what one ONNX file holds, "
            f"got {weights:,}; trim the vocabulary first (trim_vocab)"
        )
    model = onnx_model(encoder, dimensions).SerializeToString()
    (Path(folder) / MODEL).write_bytes(model)
    encoder.vocabulary.write(str(Path(folder) / encoder.vocabulary.FILE))
    description = Description.of(encoder.vocabulary, max_length, "float32")
    description.write(folder, DESCRIPTION)
    return len(model)


def onnx_model(encoder: Encoder, dimensions: int | None = None) -> Any:
    """The model: int32 [B, L] `input_word_ids`, `input_mask`, `input_type_ids` to `default`.

    Raises:
        MissingPackageError: tf2onnx is not installed (extra `onnx`).
    """
    tf2onnx = extras.load("tf2onnx", "onnx")

    names, width = list(INPUTS), dimensions or encoder.embedding_dim

    @tf.function(autograph=False)
    def embed(*ids: tf.Tensor) -> dict[str, tf.Tensor]:
        inputs = dict(zip(names, ids, strict=True))
        vectors_BD = encoder.embed(inputs, training=False, dimensions=dimensions)
        return {"default": tf.ensure_shape(vectors_BD, [None, width])}

    model, _ = tf2onnx.convert.from_function(
        embed,
        input_signature=list(INPUTS.values()),
        opset=OPSET,
        custom_op_handlers={"Erfc": (_as_erf, [])},
    )
    return model


def _as_erf(graph: Any, node: Any, name: str, _: list[object]) -> None:
    """TensorFlow's exact GELU has erfc, which ONNX lacks: 1 - erf."""
    (given,), (result,) = node.input, node.output
    graph.remove_node(node.name)
    one = graph.make_const(f"{name}_one", np.array(1.0, np.float32))
    erf = graph.make_node("Erf", [given], name=f"{name}_erf")
    graph.make_node("Sub", [one.output[0], erf.output[0]], outputs=[result], name=name)
