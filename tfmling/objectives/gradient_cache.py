"""Gradient caching: the exact gradient of a large batch in the memory of a small one.

Gao, Zhang, Han and Callan (2021), "Scaling Deep Contrastive Learning Batch Size under Memory
Limited Setup", 2101.06983, section 3: a contrastive loss needs the whole batch, but only its
vectors. So the batch is embedded chunk by chunk and no activation is kept; the loss and its
gradient to each vector are computed once; then each chunk is embedded again, with the same dropout,
and passes the gradient of its vectors on to the weights, where the chunks' gradients add up.

Shapes: B records on this replica, N chunks of C records, S sentences of each, D width.
"""

from collections.abc import Sequence

import keras
import tensorflow as tf

from tfmling.objectives.embedding_objective import EmbeddingObjective
from tfmling.objectives.objective import Metrics
from tfmling.objectives.split_rows import split_rows

Gradients = list[tf.Tensor]


def cached_gradients(
    objective: EmbeddingObjective, features: Metrics, weights: Sequence[tf.Variable]
) -> tuple[tf.Tensor, Metrics, Gradients]:
    """This replica's share of loss, metrics and gradients, as one pass over the batch gives them.

    Args:
        objective: with its `gradient_cache_batch_size`, C.
        features: [B, ...] each, of static shape but for L; B a multiple of C.
        weights: what the gradients are taken of.

    Raises:
        ValueError: the batch on a replica is no multiple of `gradient_cache_batch_size`.
    """
    chunked = in_chunks(features, objective.gradient_cache_batch_size)
    dropout = _DropoutState(objective.encoder)
    before = dropout.read()
    vectors_NCSD = embed_chunks(objective, chunked)
    after = dropout.read()
    loss, metrics, upstream_NCSD, direct = _gradient_of_vectors(
        objective, vectors_NCSD, features, weights
    )
    dropout.assign(before)
    gradients = _gradients_of_weights(objective, chunked, upstream_NCSD, weights, direct)
    dropout.assign(after)
    return loss, metrics, gradients


def cached_loss(objective: EmbeddingObjective, features: Metrics) -> tf.Tensor:
    """This replica's share of the loss alone, chunk by chunk."""
    vectors_NCSD = embed_chunks(objective, in_chunks(features, objective.gradient_cache_batch_size))
    vectors_BSD = tf.reshape(vectors_NCSD, [-1, *vectors_NCSD.shape[2:]])
    return objective.compare(vectors_BSD, features)[0]


def in_chunks(features: Metrics, size: int | None) -> Metrics:
    """[B, ...] to [N, C, ...], C being `size` or B; raises ValueError where C does not divide B."""
    batch = next(iter(features.values())).shape[0]
    size = size or batch
    if batch % size:
        raise ValueError(
            f"gradient_cache_batch_size {size} does not divide the {batch} records of a replica; "
            "choose inputs.global_batch_size as a multiple of gradient_cache_batch_size times the "
            "number of replicas"
        )
    return {name: split_rows(tensor, batch // size, size) for name, tensor in features.items()}


def embed_chunks(objective: EmbeddingObjective, chunked: Metrics) -> tf.Tensor:
    """Vectors [N, C, S, D] in a loop over the chunks; nothing but them is kept."""
    size = next(iter(chunked.values())).shape[1]
    shape = (size, objective.sentences, objective.encoder.embedding_dim)
    return tf.map_fn(
        lambda chunk: tf.ensure_shape(objective.embed(chunk, training=True), shape),
        chunked,
        fn_output_signature=tf.TensorSpec(shape, tf.float32),
        parallel_iterations=1,
    )


def _gradient_of_vectors(
    objective: EmbeddingObjective,
    vectors_NCSD: tf.Tensor,
    features: Metrics,
    weights: Sequence[tf.Variable],
) -> tuple[tf.Tensor, Metrics, tf.Tensor, Gradients]:
    """The loss, its gradient to each vector, and to weights of the loss itself (a scale)."""
    with tf.GradientTape() as tape:
        tape.watch(vectors_NCSD)
        vectors_BSD = tf.reshape(vectors_NCSD, [-1, *vectors_NCSD.shape[2:]])
        loss, metrics = objective.compare(vectors_BSD, features)
    upstream_NCSD, direct = tape.gradient(
        loss, (vectors_NCSD, list(weights)), unconnected_gradients="zero"
    )
    return loss, metrics, upstream_NCSD, [tf.convert_to_tensor(gradient) for gradient in direct]


def _gradients_of_weights(
    objective: EmbeddingObjective,
    chunked: Metrics,
    upstream_NCSD: tf.Tensor,
    weights: Sequence[tf.Variable],
    start: Gradients,
) -> Gradients:
    count = upstream_NCSD.shape[0]

    def add_chunk(number: tf.Tensor, *sums: tf.Tensor) -> tuple[tf.Tensor, ...]:
        chunk = {name: tensor[number] for name, tensor in chunked.items()}
        with tf.GradientTape() as tape:
            vectors_CSD = objective.embed(chunk, training=True)
        gradients = tape.gradient(vectors_CSD, list(weights), upstream_NCSD[number])
        return number + 1, *map(add_gradient, sums, gradients)

    _, *sums = tf.while_loop(
        lambda number, *_: number < count,
        add_chunk,
        (tf.constant(0), *start),
        parallel_iterations=1,
        maximum_iterations=count,
    )
    return sums


def add_gradient(total: tf.Tensor, gradient: "tf.Tensor | tf.IndexedSlices | None") -> tf.Tensor:
    """The sum; rows of a table are added one by one, None is nothing."""
    if gradient is None:
        return total
    if isinstance(gradient, tf.IndexedSlices):
        # only the rows that the chunk reads: a table of 500,000 pieces is most of the weights
        rows = tf.cast(gradient.indices, tf.int32)[:, tf.newaxis]
        return tf.tensor_scatter_nd_add(total, rows, gradient.values)
    return total + gradient


class _DropoutState:
    """The counters from which the encoder's dropout draws."""

    def __init__(self, encoder: keras.Model):
        self.variables = [v for v in encoder.variables if v.name == "seed_generator_state"]

    def read(self) -> list[tf.Tensor]:
        return [tf.identity(variable.value) for variable in self.variables]

    def assign(self, values: list[tf.Tensor]) -> None:
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)
