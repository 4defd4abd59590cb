"""An exported sentence encoder as a layer of Keras 3, trained with what stands on it.

    layer = SentenceEncoderLayer("runs/export_tfhub/sentence_encoder")
    model = keras.Sequential([keras.Input([], dtype="string"), layer, keras.layers.Dense(3)])

`hub.KerasLayer` belongs to Keras 2, and `keras.layers.TFSMLayer` never turns dropout on in a
function that takes `training`. Needs TensorFlow, TensorFlow Text and Keras only.

Shapes: B batch, D width.
"""

from typing import Any

import keras
import tensorflow as tf
import tensorflow_text  # noqa: F401  registers the operations of the tokenizer

from tfmling.conversion.saved_model import load_saved_model


@keras.saving.register_keras_serializable(package="tfmling")
class SentenceEncoderLayer(keras.layers.Layer):
    """Strings [B] to L2-normalized vectors float32 [B, D].

    Args:
        folder: the `sentence_encoder` folder that `export_tfhub` wrote. A `.keras` file keeps the
            trained weights and this path, not the model: keep the folder.
        options: of any layer; `trainable=False` freezes the encoder.

    Raises:
        UnreadableError: no SavedModel lies in the folder, or it is damaged.
    """

    def __init__(self, folder: str, **options: Any):
        super().__init__(**options)
        self.folder = folder
        self._model = load_saved_model(folder)
        trained = {id(variable) for variable in self._model.trainable_variables}
        for number, variable in enumerate(self._model.variables):
            self._adopt(variable, f"weight_{number}", id(variable) in trained)
        self.supports_jit = False  # XLA knows no strings
        self.built = True

    def _adopt(self, variable: tf.Variable, name: str, trainable: bool) -> None:
        """Tracks a variable of the SavedModel: Keras and the SavedModel see one value."""
        dtype = variable.dtype.name
        self._track_variable(keras.Variable(variable, dtype=dtype, trainable=trainable, name=name))

    def call(self, texts: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Vectors of texts; dropout is on where `training`."""
        return self._model(tf.reshape(texts, [-1]), training=bool(training))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        """[B, D]."""
        outputs = self._model.signatures["serving_default"].structured_outputs
        return (input_shape[0], outputs["default"].shape[-1])

    def get_config(self) -> dict[str, Any]:
        """What makes the layer again, where its folder still lies."""
        return super().get_config() | {"folder": self.folder}
