"""Cross-entropy over a large vocabulary whose logits never exist all at once.

The vocabulary is gone through in chunks, twice: forward with a running maximum and a running sum of
exponentials (Milakov and Gimelshein 2018, "Online normalizer calculation for softmax",
1805.02867), backward with each chunk's logits computed again. It costs one more product with the
table and saves N x V numbers several times over.

Shapes: N positions, D width, V vocabulary, C pieces of a chunk, K chunks.
"""

from collections.abc import Callable

import tensorflow as tf

_Chunk = tuple[tf.Tensor, tf.Tensor, tf.Tensor]


def chunked_cross_entropy(
    hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor, labels_N: tf.Tensor, chunk: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Losses of the logits hidden x table + bias.

    Args:
        hidden_ND: in the type of the products.
        table_VD: float32.
        bias_V: float32.
        labels_N: int32.
        chunk: C.

    Returns:
        losses float32 [N]; bool [N], whether no piece has a higher logit than the label.
    """
    return _losses(min(chunk, table_VD.shape[0]), labels_N)(hidden_ND, table_VD, bias_V)


def _losses(size: int, labels_N: tf.Tensor) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
    @tf.custom_gradient
    def losses(
        hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor
    ) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[..., tuple[tf.Tensor, ...]]]:
        chunks = _Chunks(hidden_ND, table_VD, bias_V, labels_N, size)
        normalizer_N, label_logit_N, highest_N = chunks.forward()

        def gradient(upstream_N: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, ...]:
            return chunks.backward(normalizer_N, upstream_N)

        return (normalizer_N - label_logit_N, label_logit_N >= highest_N), gradient

    return losses


class _Chunks:
    """The loops over the chunks. The last one begins early, and its first columns are skipped."""

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
        self.pieces = table_VD.shape[0]
        self.count = -(-self.pieces // size)

    def forward(self) -> _Chunk:
        """The log of the sum of exponentials, the label's logit, the highest logit, each [N]."""
        rows = tf.shape(self.labels_N)
        start = (tf.fill(rows, -float("inf")), tf.zeros(rows), tf.zeros(rows))
        highest_N, total_N, label_logit_N = self._loop(self._add_chunk, start)
        return highest_N + tf.math.log(total_N), label_logit_N, highest_N

    def backward(self, normalizer_N: tf.Tensor, upstream_N: tf.Tensor) -> _Chunk:
        """The gradients of hidden [N, D], table [V, D] and bias [V]."""
        rows = tf.TensorArray(tf.float32, self.count, element_shape=[self.size, self.width])
        biases = tf.TensorArray(tf.float32, self.count, element_shape=[self.size])

        def add(number: tf.Tensor, hidden: tf.Tensor, *arrays: tf.TensorArray) -> tuple:
            begin, table_CD, logits_NC = self._logits(number)
            chance_NC = tf.exp(logits_NC - normalizer_N[:, tf.newaxis])
            right_NC = tf.one_hot(self._columns(number, begin), self.size)
            slope_NC = (chance_NC - right_NC) * upstream_N[:, tf.newaxis]
            low_NC = tf.cast(slope_NC, table_CD.dtype)
            hidden += tf.cast(tf.matmul(low_NC, table_CD), tf.float32)
            table_slope_CD = tf.matmul(low_NC, self.hidden_ND, transpose_a=True)
            return (
                hidden,
                arrays[0].write(number, tf.cast(table_slope_CD, tf.float32)),
                arrays[1].write(number, tf.reduce_sum(slope_NC, axis=0)),
            )

        zeros_ND = tf.zeros(tf.shape(self.hidden_ND))
        hidden_ND, rows, biases = self._loop(add, (zeros_ND, rows, biases))
        slopes = (tf.cast(hidden_ND, self.hidden_ND.dtype), rows.stack(), biases.stack())
        return slopes[0], self._joined(slopes[1]), self._joined(slopes[2])

    @property
    def width(self) -> int:
        """D."""
        return self.hidden_ND.shape[-1]

    def _loop(self, body: Callable[..., tuple], start: tuple) -> tuple:
        _, *found = tf.while_loop(
            lambda number, *_: number < self.count,
            lambda number, *carried: (number + 1, *body(number, *carried)),
            (tf.constant(0), *start),
            parallel_iterations=1,  # or several chunks would be held at a time
            maximum_iterations=self.count,
        )
        return tuple(found)

    def _add_chunk(
        self,
        number: tf.Tensor,
        highest_N: tf.Tensor,
        total_N: tf.Tensor,
        label_logit_N: tf.Tensor,
    ) -> _Chunk:
        begin, _, logits_NC = self._logits(number)
        higher_N = tf.maximum(highest_N, tf.reduce_max(logits_NC, axis=1))
        own_total_N = tf.reduce_sum(tf.exp(logits_NC - higher_N[:, tf.newaxis]), axis=1)
        column_N = self._columns(number, begin)
        found_N = tf.gather(logits_NC, tf.maximum(column_N, 0), batch_dims=1)
        return (
            higher_N,
            total_N * tf.exp(highest_N - higher_N) + own_total_N,
            tf.where(column_N >= 0, found_N, label_logit_N),
        )

    def _logits(self, number: tf.Tensor) -> _Chunk:
        """First piece, table [C, D] and logits [N, C] of a chunk; skipped columns are -inf."""
        begin = tf.minimum(number * self.size, self.pieces - self.size)
        table_CD = tf.slice(self.table_VD, [begin, 0], [self.size, self.width])
        table_CD = tf.cast(table_CD, self.hidden_ND.dtype)
        products_NC = tf.matmul(self.hidden_ND, table_CD, transpose_b=True)
        logits_NC = tf.cast(products_NC, tf.float32) + tf.slice(self.bias_V, [begin], [self.size])
        is_new_C = begin + tf.range(self.size) >= number * self.size
        return begin, table_CD, tf.where(is_new_C, logits_NC, -float("inf"))

    def _columns(self, number: tf.Tensor, begin: tf.Tensor) -> tf.Tensor:
        """Where the labels stand in a chunk, [N]; -1 for those of other chunks."""
        labels_N = self.labels_N
        is_here_N = (labels_N >= number * self.size) & (labels_N < begin + self.size)
        return tf.where(is_here_N, labels_N - begin, -1)

    def _joined(self, chunks: tf.Tensor) -> tf.Tensor:
        """[K, C, ..] to [V, ..], without what the last chunk skipped."""
        rows = tf.reshape(chunks, [-1, *chunks.shape[2:]])
        last = self.pieces - (self.count - 1) * self.size
        if last == self.size:
            return rows
        return tf.concat([rows[: -self.size], rows[-last:]], axis=0)
