"""Objectives whose loss is a sum over examples, and gradient accumulation for them.

The weight of each example is first divided by the total over the global batch. Then losses, metrics
and gradients of the parts of a batch add up to those of the whole batch.
"""

import abc
from collections.abc import Sequence

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.gradient_cache import add_gradient, split_batch
from tfmling.objectives.objective import Gradients, Metrics, TextObjective


class SummedObjective(TextObjective):
    """Base of objectives that can process a batch in parts.

    Args:
        encoder: the trained encoder.
        name: of the task.
        gradient_accumulation_steps: parts of a replica's batch, processed one after another.

    Attributes:
        metric_names: keys of the metrics, including `loss`.
    """

    metric_names: tuple[str, ...]

    def __init__(self, encoder: Encoder, name: str, gradient_accumulation_steps: int = 1):
        super().__init__(encoder, name)
        self.gradient_accumulation_steps = gradient_accumulation_steps

    @abc.abstractmethod
    def normalize_weights(self, features: Features) -> Features:
        """The features, with weights of examples that sum to 1 over the global batch."""

    @abc.abstractmethod
    def weighted_sums(
        self, features: Features, training: bool = False
    ) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics) of features from `normalize_weights`, or of a part of them."""

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics), float32 scalars."""
        return self.weighted_sums(self.normalize_weights(features), training=training)

    @property
    def computes_in_parts(self) -> bool:
        """Whether gradients are accumulated."""
        return self.gradient_accumulation_steps > 1

    def gradients_in_parts(
        self, features: Features, weights: Sequence[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, Gradients]:
        """Accumulated gradients; see the base class."""
        parts = self._split(features)

        def add_part(
            number: tf.Tensor, loss: tf.Tensor, metrics: Metrics, *sums: tf.Tensor
        ) -> tuple[object, ...]:
            part = {name: tensor[number] for name, tensor in parts.items()}
            with tf.GradientTape() as tape:
                own_loss, own_metrics = self.weighted_sums(part, training=True)
            gradients = tape.gradient(own_loss, list(weights))
            metrics = {name: metrics[name] + own_metrics[name] for name in metrics}
            return number + 1, loss + own_loss, metrics, *map(add_gradient, sums, gradients)

        zero = tf.constant(0.0)
        start = (tf.constant(0), zero, dict.fromkeys(self.metric_names, zero))
        _, loss, metrics, *sums = tf.while_loop(
            lambda number, *_: number < self.gradient_accumulation_steps,
            add_part,
            (*start, *(tf.zeros(weight.shape, weight.dtype) for weight in weights)),
            parallel_iterations=1,
            maximum_iterations=self.gradient_accumulation_steps,
        )
        return loss, metrics, sums

    def loss_in_parts(self, features: Features) -> tf.Tensor:
        """This replica's share of the loss, part by part."""
        losses = tf.map_fn(
            lambda part: self.weighted_sums(part)[0],
            self._split(features),
            fn_output_signature=tf.float32,
            parallel_iterations=1,
        )
        return tf.reduce_sum(losses)

    def _split(self, features: Features) -> Features:
        batch = next(iter(features.values())).shape[0]
        steps = self.gradient_accumulation_steps
        if batch % steps:
            raise ValueError(
                f"gradient_accumulation_steps {steps} of task {self.name} does not divide the "
                f"{batch} records of a replica; choose inputs.global_batch_size as a multiple of "
                "gradient_accumulation_steps times the number of replicas"
            )
        return split_batch(self.normalize_weights(features), batch // steps)
