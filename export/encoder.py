"""The encoder as a SavedModel with TF Hub's common text API: ids to hidden states.

Shapes: B batch, L length (any up to the encoder's longest), D width.
https://www.tensorflow.org/hub/common_saved_model_apis/text
"""

import tensorflow as tf

from export.reusable import make_trainable_object, save
from export.weights import Dtype, stored_weights
from tfmling.conversion.encoder_json import describe_encoder
from tfmling.modeling.encoder import Encoder

INPUTS = {
    name: tf.TensorSpec([None, None], tf.int32, name)
    for name in ("input_word_ids", "input_mask", "input_type_ids")
}


def save_encoder_model(encoder: Encoder, path: str, dtype: Dtype = "float32") -> None:
    """Write the SavedModel into a local folder, with weights stored as `dtype`."""
    root = make_trainable_object(encoder, INPUTS, stored_weights(encoder, dtype))
    root.layer_norm_epsilon = tf.Variable(encoder.layer_norm_epsilon, trainable=False)
    call = root.__call__

    @tf.function(autograph=False, input_signature=[INPUTS])
    def serve(inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        return flatten_outputs(call(inputs, training=False))

    save(root, {"serving_default": serve}, encoder.vocabulary, path, describe_encoder(encoder))


def flatten_outputs(outputs: dict[str, tf.Tensor | list[tf.Tensor]]) -> dict[str, tf.Tensor]:
    """Rename the members of lists to `name_0`, `name_1`, ...: signatures return tensors only.

    Example:
        >>> flatten_outputs({"default": 1, "encoder_outputs": [2, 3]})
        {'default': 1, 'encoder_outputs_0': 2, 'encoder_outputs_1': 3}
    """
    named = {}
    for name, value in outputs.items():
        if isinstance(value, (list, tuple)):
            named.update({f"{name}_{number}": member for number, member in enumerate(value)})
        else:
            named[name] = value
    return named
