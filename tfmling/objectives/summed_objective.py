"""Objectives whose loss is a sum over examples, and its gradient in the memory of a few of them.

The examples of a batch are gone through in parts (gradient accumulation): loss, metrics and
gradients of the parts add up to those of the whole, because the weight of each example is made a
share of the whole global batch before the parts are taken.
"""

import abc
from collections.abc import Sequence

import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.objectives.gradient_cache import Gradients, add_gradient, in_chunks
from tfmling.objectives.objective import Metrics
from tfmling.objectives.text_objective import TextObjective


class SummedObjective(TextObjective):
    """Base of objectives that can go through a batch in parts.

    Args:
        encoder: what is trained.
        name: of the task.
        gradient_accumulation_steps: parts of a replica's batch, one after the other.

    Attributes:
        metric_names: keys of the metrics, `loss` among them.
    """

    metric_names: tuple[str, ...]

    def __init__(self, encoder: Encoder, name: str, gradient_accumulation_steps: int = 1):
        super().__init__(encoder, name)
        self.gradient_accumulation_steps = gradient_accumulation_steps

    @abc.abstractmethod
    def with_shares(self, features: Metrics) -> Metrics:
        """The features, with weights of examples that sum to 1 over the global batch."""

    @abc.abstractmethod
    def sums(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics) as `call`, of features that `with_shares` gave or of a part of them."""

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics), float32 scalars."""
        return self.sums(self.with_shares(features), training=training)


def accumulated_gradients(
    objective: SummedObjective, features: Metrics, weights: Sequence[tf.Variable]
) -> tuple[tf.Tensor, Metrics, Gradients]:
    """This replica's share of loss, metrics and gradients, as one pass over the batch gives them.

    Args:
        objective: with its `gradient_accumulation_steps`.
        features: [B, ...] each, of static shape but for the length.
        weights: what the gradients are taken of.

    Raises:
        ValueError: `gradient_accumulation_steps` does not divide the batch on a replica.
    """
    parts = in_chunks(objective.with_shares(features), _part_size(objective, features))

    def add_part(
        number: tf.Tensor, loss: tf.Tensor, metrics: Metrics, *sums: tf.Tensor
    ) -> tuple[object, ...]:
        part = {name: tensor[number] for name, tensor in parts.items()}
        with tf.GradientTape() as tape:
            own, figures = objective.sums(part, training=True)
        gradients = tape.gradient(own, list(weights))
        metrics = {name: metrics[name] + figures[name] for name in metrics}
        return number + 1, loss + own, metrics, *map(add_gradient, sums, gradients)

    zero = tf.constant(0.0)
    start = (tf.constant(0), zero, dict.fromkeys(objective.metric_names, zero))
    _, loss, metrics, *sums = tf.while_loop(
        lambda number, *_: number < objective.gradient_accumulation_steps,
        add_part,
        (*start, *(tf.zeros(weight.shape, weight.dtype) for weight in weights)),
        parallel_iterations=1,
        maximum_iterations=objective.gradient_accumulation_steps,
    )
    return loss, metrics, sums


def accumulated_loss(objective: SummedObjective, features: Metrics) -> tf.Tensor:
    """This replica's share of the loss alone, part by part."""
    parts = in_chunks(objective.with_shares(features), _part_size(objective, features))
    losses = tf.map_fn(
        lambda part: objective.sums(part)[0],
        parts,
        fn_output_signature=tf.float32,
        parallel_iterations=1,
    )
    return tf.reduce_sum(losses)


def _part_size(objective: SummedObjective, features: Metrics) -> int:
    batch = next(iter(features.values())).shape[0]
    steps = objective.gradient_accumulation_steps
    if batch % steps:
        raise ValueError(
            f"gradient_accumulation_steps {steps} of task {objective.name} does not divide the "
            f"{batch} records of a replica; choose inputs.global_batch_size as a multiple of "
            "gradient_accumulation_steps times the number of replicas"
        )
    return batch // steps
