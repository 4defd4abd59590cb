"""What an objective is: from features to a loss."""

import abc

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder

Metrics = dict[str, tf.Tensor]


class Objective(keras.layers.Layer, abc.ABC):
    """Base of all objectives.

    A loss or metric is this replica's share of the global value: the sum over replicas is what one
    device would compute for the whole global batch.
    """

    def __init__(self, encoder: Encoder, name: str):
        super().__init__(name=name)
        self.encoder = encoder

    def build(self, features_shape: object) -> None:
        """Adds nothing: the encoder and the heads have made their weights already."""

    @abc.abstractmethod
    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics), float32 scalars."""
