"""The encoder with pooling and L2 norm as a LiteRT model (.tflite) of fixed shapes.

L length. Weights may be stored in 16 bits, or in 8 with a scale for each channel (dynamic range
quantisation: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference"); what is computed between the layers stays float32.
"""

from pathlib import Path
from typing import Literal

import tensorflow as tf

from tfmling.embedding.lite_model import MODEL, Description
from tfmling.modeling.bert.fused import without_compiling
from tfmling.modeling.encoder import Encoder

Weights = Literal["float32", "float16", "int8"]


def save_lite_encoder(encoder: Encoder, max_length: int, weights: Weights, folder: str) -> int:
    """Writes `model.tflite`, the vocabulary and `lite.json` into a local folder.

    Args:
        encoder: the encoder.
        max_length: L; ids of a text, padding included.
        weights: how they are stored.
        folder: exists already.

    Returns:
        The size of the model in bytes.
    """
    model = lite_model(encoder, max_length, weights)
    (Path(folder) / MODEL).write_bytes(model)
    encoder.vocabulary.write(str(Path(folder) / encoder.vocabulary.FILE))
    Description.of(encoder.vocabulary, max_length, weights).write(folder)
    return len(model)


def lite_model(encoder: Encoder, max_length: int, weights: Weights) -> bytes:
    """The model: int32 [1, L] `input_word_ids`, `input_mask`, `input_type_ids` to `default`."""
    names = ("input_word_ids", "input_mask", "input_type_ids")
    inputs_1L = {name: tf.TensorSpec([1, max_length], tf.int32, name) for name in names}

    @tf.function(autograph=False)
    def embed(**inputs_1L: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"default": encoder.embed(inputs_1L, training=False)}

    # the converter follows plain variables only, not Keras's
    root = tf.train.Checkpoint()
    root.variables = [variable.value for variable in encoder.variables]
    root.embed = embed
    with without_compiling():
        concrete = embed.get_concrete_function(**inputs_1L)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], root)
    if weights != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if weights == "float16":
        converter.target_spec.supported_types = [tf.float16]
    return converter.convert()
