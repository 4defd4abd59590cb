"""An exported sentence encoder as a Keras 3 layer, which can be fine-tuned.

    layer = SentenceEncoderLayer("runs/export_tfhub/sentence_encoder")
    model = keras.Sequential([keras.Input([], dtype="string"), layer, keras.layers.Dense(3)])

`hub.KerasLayer` requires Keras 2, and `keras.layers.TFSMLayer` does not pass `training` on, so it
never applies dropout. This layer needs only TensorFlow, TensorFlow Text and Keras.

Shapes: B batch, D width.
"""

from typing import Any

import keras
import tensorflow as tf
import tensorflow_text  # noqa: F401  registers the operations of the tokenizer

from tfmling.conversion.load_saved_model import load_saved_model


@keras.saving.register_keras_serializable(package="tfmling")
class SentenceEncoderLayer(keras.layers.Layer):
    """Maps strings [B] to L2-normalized vectors float32 [B, D].

    Args:
        folder: the `sentence_encoder` folder that `export_tfhub` wrote. A `.keras` file stores the
            trained weights and this path but not the model: keep the folder.
        options: of any Keras layer; `trainable=False` freezes the encoder.

    Raises:
        UnreadableError: if the folder contains no SavedModel, or a damaged one.
    """

    def __init__(self, folder: str, **options: Any):
        super().__init__(**options)
        self.folder = folder
        self._model = load_saved_model(folder)
        trained = {id(variable) for variable in self._model.trainable_variables}
        for number, variable in enumerate(self._model.variables):
            self._track(variable, f"weight_{number}", id(variable) in trained)
        self.supports_jit = False  # XLA does not support strings
        self.built = True

    def _track(self, variable: tf.Variable, name: str, trainable: bool) -> None:
        """Make a variable of the SavedModel a weight of this layer; both share one value."""
        dtype = variable.dtype.name
        self._track_variable(keras.Variable(variable, dtype=dtype, trainable=trainable, name=name))

    def call(self, texts: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Embed texts; `training` applies dropout."""
        return self._model(tf.reshape(texts, [-1]), training=bool(training))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        """[B, D]."""
        outputs = self._model.signatures["serving_default"].structured_outputs
        return (input_shape[0], outputs["default"].shape[-1])

    def get_config(self) -> dict[str, Any]:
        """The configuration, which requires the folder."""
        return super().get_config() | {"folder": self.folder}
