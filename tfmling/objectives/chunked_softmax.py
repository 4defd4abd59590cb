"""Cross-entropy over a large vocabulary without holding all logits at once.

The forward pass goes through the vocabulary in chunks with a running maximum and a running sum of
exponentials (Milakov and Gimelshein 2018, "Online normalizer calculation for softmax",
1805.02867); the backward pass recomputes the logits of each chunk. This costs one more product with
the embedding table, and saves the memory of several N x V tensors.

Shapes: N positions, D width, V vocabulary, C pieces of a chunk, K chunks.
"""

from collections.abc import Callable

import tensorflow as tf

_Triple = tuple[tf.Tensor, tf.Tensor, tf.Tensor]


def chunked_cross_entropy(
    hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor, labels_N: tf.Tensor, chunk: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Cross-entropy of the logits hidden x table + bias.

    Args:
        hidden_ND: in the dtype of the products.
        table_VD: embedding table, float32.
        bias_V: float32.
        labels_N: int32.
        chunk: C.

    Returns:
        Losses float32 [N]; bool [N], whether no piece has a higher logit than the label.

    Example:
        >>> table = tf.constant([[1.0], [1.0], [1.0]])
        >>> losses, _ = chunked_cross_entropy(
        ...     tf.constant([[2.0]]), table, tf.zeros([3]), tf.constant([1]), chunk=2)
        >>> round(float(losses[0]), 4) == round(float(np.log(3)), 4)
        True
    """
    size = min(chunk, table_VD.shape[0])

    @tf.custom_gradient
    def losses(
        hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor
    ) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[..., tuple[tf.Tensor, ...]]]:
        chunks = _Chunks(hidden_ND, table_VD, bias_V, labels_N, size)
        log_sum_N, label_logit_N, highest_N = chunks.forward()

        def gradient(upstream_N: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, ...]:
            return chunks.backward(log_sum_N, upstream_N)

        return (log_sum_N - label_logit_N, label_logit_N >= highest_N), gradient

    return losses(hidden_ND, table_VD, bias_V)


class _Chunks:
    """Loops over chunks of equal size.

    The last chunk starts early so that it has full size; columns that it repeats are masked.
    """

    def __init__(
        self,
        hidden_ND: tf.Tensor,
        table_VD: tf.Tensor,
        bias_V: tf.Tensor,
        labels_N: tf.Tensor,
        size: int,
    ):
        self.hidden_ND = hidden_ND
        self.table_VD = table_VD
        self.bias_V = bias_V
        self.labels_N = labels_N
        self.size = size
        self.width = hidden_ND.shape[-1]
        self.pieces = table_VD.shape[0]
        self.count = -(-self.pieces // size)

    def forward(self) -> _Triple:
        """Log-sum-exp of the logits, the label's logit, and the highest logit, each [N]."""
        rows = tf.shape(self.labels_N)
        start = (tf.fill(rows, -float("inf")), tf.zeros(rows), tf.zeros(rows))
        highest_N, total_N, label_logit_N = self._loop(self._forward_chunk, start)
        return highest_N + tf.math.log(total_N), label_logit_N, highest_N

    def backward(self, log_sum_N: tf.Tensor, upstream_N: tf.Tensor) -> _Triple:
        """Gradients of hidden [N, D], table [V, D] and bias [V]."""
        rows = tf.TensorArray(tf.float32, self.count, element_shape=[self.size, self.width])
        biases = tf.TensorArray(tf.float32, self.count, element_shape=[self.size])

        def add_chunk(number: tf.Tensor, hidden: tf.Tensor, *arrays: tf.TensorArray) -> tuple:
            begin, table_CD, logits_NC = self._logits(number)
            probs_NC = tf.exp(logits_NC - log_sum_N[:, tf.newaxis])
            is_label_NC = tf.one_hot(self._label_columns(number, begin), self.size)
            grad_NC = (probs_NC - is_label_NC) * upstream_N[:, tf.newaxis]
            low_NC = tf.cast(grad_NC, table_CD.dtype)
            hidden += tf.cast(tf.matmul(low_NC, table_CD), tf.float32)
            table_grad_CD = tf.matmul(low_NC, self.hidden_ND, transpose_a=True)
            return (
                hidden,
                arrays[0].write(number, tf.cast(table_grad_CD, tf.float32)),
                arrays[1].write(number, tf.reduce_sum(grad_NC, axis=0)),
            )

        zeros_ND = tf.zeros(tf.shape(self.hidden_ND))
        hidden_ND, rows, biases = self._loop(add_chunk, (zeros_ND, rows, biases))
        hidden_grad_ND = tf.cast(hidden_ND, self.hidden_ND.dtype)
        return hidden_grad_ND, self._concat(rows.stack()), self._concat(biases.stack())

    def _loop(self, body: Callable[..., tuple], start: tuple) -> tuple:
        _, *results = tf.while_loop(
            lambda number, *_: number < self.count,
            lambda number, *carried: (number + 1, *body(number, *carried)),
            (tf.constant(0), *start),
            parallel_iterations=1,  # holds the logits of one chunk only
            maximum_iterations=self.count,
        )
        return tuple(results)

    def _forward_chunk(
        self,
        number: tf.Tensor,
        highest_N: tf.Tensor,
        total_N: tf.Tensor,
        label_logit_N: tf.Tensor,
    ) -> _Triple:
        begin, _, logits_NC = self._logits(number)
        higher_N = tf.maximum(highest_N, tf.reduce_max(logits_NC, axis=1))
        own_total_N = tf.reduce_sum(tf.exp(logits_NC - higher_N[:, tf.newaxis]), axis=1)
        column_N = self._label_columns(number, begin)
        own_logit_N = tf.gather(logits_NC, tf.maximum(column_N, 0), batch_dims=1)
        return (
            higher_N,
            total_N * tf.exp(highest_N - higher_N) + own_total_N,
            tf.where(column_N >= 0, own_logit_N, label_logit_N),
        )

    def _logits(self, number: tf.Tensor) -> _Triple:
        """First piece, table [C, D] and logits [N, C] of a chunk; -inf in masked columns."""
        begin = tf.minimum(number * self.size, self.pieces - self.size)
        table_CD = tf.slice(self.table_VD, [begin, 0], [self.size, self.width])
        table_CD = tf.cast(table_CD, self.hidden_ND.dtype)
        products_NC = tf.matmul(self.hidden_ND, table_CD, transpose_b=True)
        logits_NC = tf.cast(products_NC, tf.float32) + tf.slice(self.bias_V, [begin], [self.size])
        is_new_C = begin + tf.range(self.size) >= number * self.size
        return begin, table_CD, tf.where(is_new_C, logits_NC, -float("inf"))

    def _label_columns(self, number: tf.Tensor, begin: tf.Tensor) -> tf.Tensor:
        """The column of each label within a chunk, [N]; -1 for labels of other chunks."""
        labels_N = self.labels_N
        is_here_N = (labels_N >= number * self.size) & (labels_N < begin + self.size)
        return tf.where(is_here_N, labels_N - begin, -1)

    def _concat(self, chunks: tf.Tensor) -> tf.Tensor:
        """[K, C, ...] to [V, ...], without the masked columns of the last chunk."""
        rows = tf.reshape(chunks, [-1, *chunks.shape[2:]])
        last = self.pieces - (self.count - 1) * self.size
        if last == self.size:
            return rows
        return tf.concat([rows[: -self.size], rows[-last:]], axis=0)
