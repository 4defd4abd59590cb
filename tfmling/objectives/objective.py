"""What an objective is: from texts to features, and from features to a loss."""

import abc

import keras
import tensorflow as tf

from tfmling.inputs.text_batches import Pack, Texts
from tfmling.modeling.encoder import Encoder

Metrics = dict[str, tf.Tensor]


class Objective(keras.layers.Layer, abc.ABC):
    """Base of all objectives.

    A loss or metric is this replica's share of the global value: the sum over replicas is what one
    replica with the whole batch would give.
    """

    def __init__(self, encoder: Encoder, name: str):
        super().__init__(name=name)
        self.encoder = encoder

    @property
    def pack(self) -> Pack | None:
        """Texts [N] to rows [R, length], several in each, in tf.data; None: takes no such rows."""
        return None

    @abc.abstractmethod
    def lengths(self, texts: Texts) -> tf.Tensor:
        """The length [N] int32, in tokens with specials, that the texts need."""

    @abc.abstractmethod
    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """Features of a batch, in tf.data: texts [B], a seed int [2], the padded length."""

    @abc.abstractmethod
    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics), float32 scalars."""
