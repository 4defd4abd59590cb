"""Base classes of training objectives."""

import abc
from collections.abc import Sequence

import keras
import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.inputs.text_batches import Pack, Texts
from tfmling.modeling.encoder import Encoder

Metrics = dict[str, tf.Tensor]  # float32 scalars by name
Gradients = list[tf.Tensor]


class Objective(keras.layers.Layer, abc.ABC):
    """Computes a loss from features.

    Losses and metrics are this replica's share of the global value: their sum over replicas is what
    one device would compute for the whole global batch.

    Args:
        encoder: the trained encoder.
        name: of the task.
    """

    def __init__(self, encoder: Encoder, name: str):
        super().__init__(name=name)
        self.encoder = encoder

    def build(self, features_shape: object) -> None:
        """Create no weights: the encoder and the heads have theirs already."""

    @abc.abstractmethod
    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """Compute (loss, metrics), float32 scalars."""

    @property
    def computes_in_parts(self) -> bool:
        """Whether gradients are computed part by part of the batch, to save memory."""
        return False

    def gradients_in_parts(
        self, features: Features, weights: Sequence[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, Gradients]:
        """Compute what a single pass over the batch would give, part by part.

        Args:
            features: [B, ...] each, of static shape except for the length.
            weights: variables to differentiate by.

        Returns:
            This replica's share of loss, metrics and gradients.

        Raises:
            ValueError: the parts do not divide the batch of a replica evenly.
        """
        raise NotImplementedError

    def loss_in_parts(self, features: Features) -> tf.Tensor:
        """This replica's share of the loss, computed part by part."""
        raise NotImplementedError


class TextObjective(Objective):
    """An objective of `tfmling train`, which turns texts of records into features in tf.data."""

    @property
    def pack(self) -> Pack | None:
        """Packs texts [N] into rows [R, length]; None if the objective cannot pack."""
        return None

    @abc.abstractmethod
    def lengths(self, texts: Texts) -> tf.Tensor:
        """Tokens that each text needs, with special tokens, int32 [N]."""

    @abc.abstractmethod
    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Features:
        """Turn texts into features.

        Args:
            texts: [B] each.
            seed: int [2].
            length: of the padded rows.
        """
