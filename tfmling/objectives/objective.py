"""What an objective is: from texts to features, and from features to a loss."""

import keras
import tensorflow as tf

from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder

Metrics = dict[str, tf.Tensor]


class Objective(keras.layers.Layer):
    """Base of all objectives.

    A loss or metric is this replica's share of the global value: the sum over replicas is what one
    replica with the whole batch would give.
    """

    def __init__(self, encoder: Encoder, name: str):
        super().__init__(name=name)
        self.encoder = encoder

    def lengths(self, texts: Texts) -> tf.Tensor:
        """The length [N] int32, in tokens with specials, that the texts need."""
        raise NotImplementedError

    def pack(self, texts: Texts, length: int) -> Texts:
        """Texts [N] in rows [R, length], several in each, in tf.data; asked for packed inputs."""
        raise NotImplementedError

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """Features of a batch, in tf.data: texts [B], a seed int [2], the padded length."""
        raise NotImplementedError

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics), float32 scalars."""
        raise NotImplementedError
