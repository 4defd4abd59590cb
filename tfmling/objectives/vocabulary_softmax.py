"""Cross-entropy over the whole vocabulary, with a custom gradient that saves memory and time.

The logits are the largest tensor of pretraining. They exist once, are overwritten by their
exponentials, and the backward pass creates nothing of their size: dividing by the softmax sum and
subtracting the labels are done on the small factors of the matrix products. Pieces are the rows, so
that the product for the table's gradient needs no transposition.

Shapes: N positions, D width, V vocabulary.
"""

from collections.abc import Callable

import tensorflow as tf

from tfmling.modeling.bert.fused import Fused

_Gradients = tuple[tf.Tensor, tf.Tensor, tf.Tensor]


def cross_entropy(
    hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor, labels_N: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Cross-entropy of the logits hidden x table + bias.

    Args:
        hidden_ND: in the dtype of the products.
        table_VD: embedding table, float32.
        bias_V: float32.
        labels_N: int32.

    Returns:
        Losses float32 [N]; bool [N], whether no piece has a higher logit than the label.

    Example:
        >>> table = tf.constant([[1.0], [1.0]])
        >>> losses, _ = cross_entropy(
        ...     tf.constant([[2.0]]), table, tf.zeros([2]), tf.constant([1]))
        >>> round(float(losses[0]), 4) == round(float(np.log(2)), 4)
        True
    """

    @tf.custom_gradient
    def losses(
        hidden_ND: tf.Tensor, table_VD: tf.Tensor, bias_V: tf.Tensor
    ) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[..., _Gradients]]:
        low_VD = tf.cast(table_VD, hidden_ND.dtype)
        products_VN = tf.matmul(low_VD, hidden_ND, transpose_b=True)
        label_logit_N = _at_labels(products_VN, labels_N) + tf.gather(bias_V, labels_N)
        exps_VN, highest_N, total_N = _exponentials(products_VN, bias_V)

        def gradient(upstream_N: tf.Tensor, _: tf.Tensor) -> _Gradients:
            return _gradients(exps_VN, hidden_ND, low_VD, labels_N, upstream_N, total_N)

        losses_N = tf.math.log(total_N) + highest_N - label_logit_N
        return (losses_N, label_logit_N >= highest_N), gradient

    return losses(hidden_ND, table_VD, bias_V)


def _at_labels(products_VN: tf.Tensor, labels_N: tf.Tensor) -> tf.Tensor:
    index_N2 = tf.stack([labels_N, tf.range(tf.size(labels_N))], axis=1)
    return tf.cast(tf.gather_nd(products_VN, index_N2), tf.float32)


def _exponentiate(products_VN: tf.Tensor, bias_V: tf.Tensor) -> _Gradients:
    """exp(logit - highest logit of its position); the highest logits; the sums of exponentials."""
    logits_VN = tf.cast(products_VN, tf.float32) + bias_V[:, tf.newaxis]
    highest_N = tf.reduce_max(logits_VN, axis=0)
    exps_VN = tf.exp(logits_VN - highest_N)
    return tf.cast(exps_VN, products_VN.dtype), highest_N, tf.reduce_sum(exps_VN, axis=0)


_exponentials = Fused(_exponentiate)


def _gradients(
    exps_VN: tf.Tensor,
    hidden_ND: tf.Tensor,
    table_VD: tf.Tensor,
    labels_N: tf.Tensor,
    upstream_N: tf.Tensor,
    total_N: tf.Tensor,
) -> _Gradients:
    """Gradients of hidden, table and bias: those of the log-sum-exp minus those of the labels."""
    dtype, share_N = hidden_ND.dtype, upstream_N / total_N
    whole_ND, rows_N1 = tf.cast(hidden_ND, tf.float32), labels_N[:, tf.newaxis]
    shared_ND = tf.cast(whole_ND * share_N[:, tf.newaxis], dtype)
    softmax_VD = tf.cast(tf.matmul(exps_VN, shared_ND), tf.float32)
    table_grad_VD = tf.tensor_scatter_nd_sub(
        softmax_VD, rows_N1, whole_ND * upstream_N[:, tf.newaxis]
    )
    softmax_V = tf.cast(tf.linalg.matvec(exps_VN, tf.cast(share_N, dtype)), tf.float32)
    bias_grad_V = tf.tensor_scatter_nd_sub(softmax_V, rows_N1, upstream_N)
    softmax_DN = tf.cast(tf.matmul(table_VD, exps_VN, transpose_a=True), tf.float32)
    label_rows_ND = tf.cast(tf.gather(table_VD, labels_N), tf.float32)
    hidden_grad_ND = tf.transpose(softmax_DN * share_N) - label_rows_ND * upstream_N[:, tf.newaxis]
    return tf.cast(hidden_grad_ND, dtype), table_grad_VD, bias_grad_V
