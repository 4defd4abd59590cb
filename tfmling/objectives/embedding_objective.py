"""Objectives that compare sentence vectors: how to embed a batch, and what its vectors cost.

The two halves are apart so that a large batch can be embedded in chunks (`gradient_cache`).
Shapes: B records on this replica, S sentences of each, L length, D width.
"""

import abc

import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.objectives.objective import Metrics
from tfmling.objectives.text_objective import TextObjective


class EmbeddingObjective(TextObjective):
    """Base of objectives whose loss sees a batch only through its vectors.

    Args:
        encoder: what is trained.
        name: of the task.
        gradient_cache_batch_size: records that each replica embeds at a time; None turns gradient
            caching off.

    Attributes:
        sentences: S.
    """

    sentences: int

    def __init__(self, encoder: Encoder, name: str, gradient_cache_batch_size: int | None = None):
        super().__init__(encoder, name)
        self.gradient_cache_batch_size = gradient_cache_batch_size

    @abc.abstractmethod
    def inputs(self, features: Metrics) -> Metrics:
        """The encoder's inputs, each int32 [B, S, L]."""

    @abc.abstractmethod
    def compare(self, vectors_BSD: tf.Tensor, features: Metrics) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics) of the vectors that `embed` gave, as `call` gives them."""

    def embed(self, features: Metrics, training: bool = False) -> tf.Tensor:
        """Vectors [B, S, D] float32 of length one, by one call of the encoder."""
        rows = {
            name: tf.reshape(tensor, [-1, tf.shape(tensor)[-1]])
            for name, tensor in self.inputs(features).items()
        }
        shape = [-1, self.sentences, self.encoder.embedding_dim]
        return tf.reshape(self.encoder.embed(rows, training=training), shape)

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics), float32 scalars."""
        return self.compare(self.embed(features, training=training), features)
