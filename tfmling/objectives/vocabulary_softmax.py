"""Cross-entropy over the whole vocabulary, with a gradient of its own.

The logits are the largest tensor of pretraining and exist once: they become exponentials where they
stand, and backward nothing of their size is made. What softmax divides by and what a label takes
away is done to the small factors of the products with them. Pieces are the rows, so that the
product which gives the table's gradient turns neither factor around.

Shapes: N positions, D width, V vocabulary.
"""

from collections.abc import Callable

import tensorflow as tf

from tfmling.modeling.bert.fused import Fused

_Slopes = tuple[tf.Tensor, tf.Tensor, tf.Tensor]


def cross_entropy(
    hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor, labels_N: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Losses of the logits hidden x table + bias.

    Args:
        hidden_ND: in the type of the products.
        table_VD: float32.
        bias_V: float32.
        labels_N: int32.

    Returns:
        losses float32 [N]; bool [N], whether no piece has a higher logit than the label.
    """
    return _losses(labels_N)(hidden_ND, table_VD, bias_V)


def _losses(labels_N: tf.Tensor) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
    @tf.custom_gradient
    def losses(
        hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor
    ) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[..., _Slopes]]:
        low_VD = tf.cast(table_VD, hidden_ND.dtype)
        products_VN = tf.matmul(low_VD, hidden_ND, transpose_b=True)
        own_N = _at_labels(products_VN, labels_N) + tf.gather(bias_V, labels_N)
        powers_VN, highest_N, total_N = _exponentials(products_VN, bias_V)

        def gradient(upstream_N: tf.Tensor, _: tf.Tensor) -> _Slopes:
            return _slopes(powers_VN, hidden_ND, low_VD, labels_N, upstream_N, total_N)

        return (tf.math.log(total_N) + highest_N - own_N, own_N >= highest_N), gradient

    return losses


def _at_labels(products_VN: tf.Tensor, labels_N: tf.Tensor) -> tf.Tensor:
    places_N2 = tf.stack([labels_N, tf.range(tf.size(labels_N))], axis=1)
    return tf.cast(tf.gather_nd(products_VN, places_N2), tf.float32)


def _powers(products_VN: tf.Tensor, bias_V: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """e to each logit less the highest of its position; the highest; the sum of the powers."""
    logits_VN = tf.cast(products_VN, tf.float32) + bias_V[:, tf.newaxis]
    highest_N = tf.reduce_max(logits_VN, axis=0)
    powers_VN = tf.exp(logits_VN - highest_N)
    return tf.cast(powers_VN, products_VN.dtype), highest_N, tf.reduce_sum(powers_VN, axis=0)


_exponentials = Fused(_powers)


def _slopes(
    powers_VN: tf.Tensor,
    hidden_ND: tf.Tensor,
    table_VD: tf.Tensor,
    labels_N: tf.Tensor,
    upstream_N: tf.Tensor,
    total_N: tf.Tensor,
) -> _Slopes:
    """The gradients of hidden, table and bias: those of the powers, less those of the labels."""
    dtype, share_N = hidden_ND.dtype, upstream_N / total_N
    whole_ND, rows_N1 = tf.cast(hidden_ND, tf.float32), labels_N[:, tf.newaxis]
    shared_ND = tf.cast(whole_ND * share_N[:, tf.newaxis], dtype)
    towards_VD = tf.cast(tf.matmul(powers_VN, shared_ND), tf.float32)
    table_slope_VD = tf.tensor_scatter_nd_sub(
        towards_VD, rows_N1, whole_ND * upstream_N[:, tf.newaxis]
    )
    towards_V = tf.cast(tf.linalg.matvec(powers_VN, tf.cast(share_N, dtype)), tf.float32)
    bias_slope_V = tf.tensor_scatter_nd_sub(towards_V, rows_N1, upstream_N)
    towards_DN = tf.cast(tf.matmul(table_VD, powers_VN, transpose_a=True), tf.float32)
    of_labels_ND = tf.cast(tf.gather(table_VD, labels_N), tf.float32)
    slope_ND = tf.transpose(towards_DN * share_N) - of_labels_ND * upstream_N[:, tf.newaxis]
    return tf.cast(slope_ND, dtype), table_slope_VD, bias_slope_V
