"""Objectives on sentence embeddings, and gradient caching for batches that do not fit in memory.

Gao, Zhang, Han and Callan (2021), "Scaling Deep Contrastive Learning Batch Size under Memory
Limited Setup", 2101.06983, section 3. A contrastive loss needs the whole batch, but only its
vectors. So the batch is embedded chunk by chunk without keeping activations; the loss and its
gradient by each vector are computed once; then each chunk is embedded again, with the same dropout,
to backpropagate its vectors' gradient. The result is the exact gradient of the whole batch.

Shapes: B records on this replica, N chunks of C records, S sentences of each, L length, D width.
"""

import abc
from collections.abc import Sequence

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.objective import Gradients, Metrics, TextObjective
from tfmling.objectives.sentence_features import split_rows


class EmbeddingObjective(TextObjective):
    """Base of objectives whose loss sees a batch only through its embeddings.

    Args:
        encoder: the trained encoder.
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
    def encoder_inputs(self, features: Features) -> Features:
        """The encoder's inputs, each int32 [B, S, L]."""

    @abc.abstractmethod
    def compare(self, vectors_BSD: tf.Tensor, features: Features) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics) from the vectors that `embed` returned."""

    def embed(self, features: Features, training: bool = False) -> tf.Tensor:
        """Unit vectors [B, S, D], float32, from one call of the encoder."""
        rows = {
            name: tf.reshape(tensor, [-1, tf.shape(tensor)[-1]])
            for name, tensor in self.encoder_inputs(features).items()
        }
        shape = [-1, self.sentences, self.encoder.embedding_dim]
        return tf.reshape(self.encoder.embed(rows, training=training), shape)

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """(loss, metrics), float32 scalars."""
        return self.compare(self.embed(features, training=training), features)

    @property
    def computes_in_parts(self) -> bool:
        """Whether gradient caching is on."""
        return self.gradient_cache_batch_size is not None

    def gradients_in_parts(
        self, features: Features, weights: Sequence[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, Gradients]:
        """Gradients with gradient caching; see the base class."""
        chunks = split_batch(features, self.gradient_cache_batch_size)
        seed_states = [v for v in self.encoder.variables if v.name == "seed_generator_state"]
        before = [tf.identity(state.value) for state in seed_states]
        vectors_NCSD = self._embed_chunks(chunks)
        after = [tf.identity(state.value) for state in seed_states]
        loss, metrics, upstream_NCSD, direct = self._vector_gradients(
            vectors_NCSD, features, weights
        )
        for state, value in zip(seed_states, before, strict=True):
            state.assign(value)
        gradients = self._weight_gradients(chunks, upstream_NCSD, weights, direct)
        for state, value in zip(seed_states, after, strict=True):
            state.assign(value)
        return loss, metrics, gradients

    def loss_in_parts(self, features: Features) -> tf.Tensor:
        """This replica's share of the loss, embedding chunk by chunk."""
        vectors_NCSD = self._embed_chunks(split_batch(features, self.gradient_cache_batch_size))
        return self.compare(_merge_chunks(vectors_NCSD), features)[0]

    def _embed_chunks(self, chunks: Features) -> tf.Tensor:
        """Vectors [N, C, S, D], without keeping activations."""
        size = next(iter(chunks.values())).shape[1]
        shape = (size, self.sentences, self.encoder.embedding_dim)
        return tf.map_fn(
            lambda chunk: tf.ensure_shape(self.embed(chunk, training=True), shape),
            chunks,
            fn_output_signature=tf.TensorSpec(shape, tf.float32),
            parallel_iterations=1,
        )

    def _vector_gradients(
        self, vectors_NCSD: tf.Tensor, features: Features, weights: Sequence[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, tf.Tensor, Gradients]:
        """Loss, metrics, gradients by vectors, and direct gradients of weights (a scale)."""
        with tf.GradientTape() as tape:
            tape.watch(vectors_NCSD)
            loss, metrics = self.compare(_merge_chunks(vectors_NCSD), features)
        upstream_NCSD, direct = tape.gradient(
            loss, (vectors_NCSD, list(weights)), unconnected_gradients="zero"
        )
        return loss, metrics, upstream_NCSD, [tf.convert_to_tensor(gradient) for gradient in direct]

    def _weight_gradients(
        self,
        chunks: Features,
        upstream_NCSD: tf.Tensor,
        weights: Sequence[tf.Variable],
        direct: Gradients,
    ) -> Gradients:
        count = upstream_NCSD.shape[0]

        def add_chunk(number: tf.Tensor, *sums: tf.Tensor) -> tuple[tf.Tensor, ...]:
            chunk = {name: tensor[number] for name, tensor in chunks.items()}
            with tf.GradientTape() as tape:
                vectors_CSD = self.embed(chunk, training=True)
            gradients = tape.gradient(vectors_CSD, list(weights), upstream_NCSD[number])
            return number + 1, *map(add_gradient, sums, gradients)

        _, *sums = tf.while_loop(
            lambda number, *_: number < count,
            add_chunk,
            (tf.constant(0), *direct),
            parallel_iterations=1,
            maximum_iterations=count,
        )
        return sums


def _merge_chunks(vectors_NCSD: tf.Tensor) -> tf.Tensor:
    return tf.reshape(vectors_NCSD, [-1, *vectors_NCSD.shape[2:]])


def split_batch(features: Features, size: int | None) -> Features:
    """Split features [B, ...] into chunks [N, C, ...].

    Args:
        features: of a batch.
        size: C; None keeps one chunk.

    Raises:
        ValueError: C does not divide B.

    Example:
        >>> split_batch({"key": tf.constant([1, 2, 3, 4])}, 2)["key"].numpy().tolist()
        [[1, 2], [3, 4]]
    """
    batch = next(iter(features.values())).shape[0]
    size = size or batch
    if batch % size:
        raise ValueError(
            f"gradient_cache_batch_size {size} does not divide the {batch} records of a replica; "
            "choose inputs.global_batch_size as a multiple of gradient_cache_batch_size times the "
            "number of replicas"
        )
    return {name: split_rows(tensor, batch // size, size) for name, tensor in features.items()}


def add_gradient(total: tf.Tensor, gradient: "tf.Tensor | tf.IndexedSlices | None") -> tf.Tensor:
    """Add a dense, sparse or missing gradient to a dense sum.

    Example:
        >>> row = tf.IndexedSlices(tf.constant([[5.0]]), tf.constant([1]))
        >>> add_gradient(tf.ones([2, 1]), row).numpy().tolist()
        [[1.0], [6.0]]
    """
    if gradient is None:
        return total
    if isinstance(gradient, tf.IndexedSlices):
        # touches only the rows of the chunk: a table of 500,000 pieces is most of the weights
        rows = tf.cast(gradient.indices, tf.int32)[:, tf.newaxis]
        return tf.tensor_scatter_nd_add(total, rows, gradient.values)
    return total + gradient
