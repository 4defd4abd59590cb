"""The input of a BERT: embeddings of pieces, positions and segments, summed and normalized.

Shapes: B batch, L length, N = B x L, D width, V vocabulary.
"""

from collections.abc import Callable, Mapping

import keras_hub
import tensorflow as tf

from tfmling.modeling.bert.dropout import Dropout
from tfmling.modeling.bert.residual_norm import residual_norm

Inputs = Mapping[str, tf.Tensor]
POSITIONS = "input_positions"


class Embedding:
    """The embedding layer over the weights of a KerasHub backbone.

    Args:
        backbone: its weights are read at every call.
        dtype: of the states.

    Example:
        >>> inputs = {"input_type_ids": tf.zeros([1, 3], tf.int32)}
        >>> embedding = Embedding(encoder.backbone, "float32")
        >>> embedding(tf.zeros([1, 3, 16]), inputs, Dropout(0.0, None)).shape.as_list()
        [1, 3, 16]
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, dtype: str):
        self.backbone = backbone
        self.dtype = dtype

    def __call__(self, words_BLD: tf.Tensor, inputs: Inputs, dropout: Dropout) -> tf.Tensor:
        """States [B, L, D] of the pieces' embeddings `words_BLD`."""
        width, norm = words_BLD.shape[-1], self.backbone.embeddings_layer_norm
        added_BLD = self._segments(inputs["input_type_ids"]) + self._positions(inputs)
        states_ND = residual_norm(
            tf.reshape(words_BLD, [-1, width]),
            tf.reshape(added_BLD, [-1, width]),
            tf.zeros([width]),
            tf.convert_to_tensor(norm.gamma),
            tf.convert_to_tensor(norm.beta),
            epsilon=norm.epsilon,
            key=None,
            rate=0.0,
        )
        states_BLD = tf.reshape(states_ND, tf.shape(words_BLD))
        return dropout(tf.cast(states_BLD, self.dtype))

    def _segments(self, type_ids_BL: tf.Tensor) -> tf.Tensor:
        """[B, L, D]; a table of one row serves both segments of a pair."""
        table = tf.convert_to_tensor(self.backbone.segment_embedding.embeddings)
        if table.shape[0] == 1:
            type_ids_BL = tf.zeros_like(type_ids_BL)
        return tf.gather(table, type_ids_BL)

    def _positions(self, inputs: Inputs) -> tf.Tensor:
        """[L, D], or [B, L, D] if the inputs give the position of each token."""
        table = tf.convert_to_tensor(self.backbone.position_embedding.position_embeddings)
        if POSITIONS in inputs:
            return tf.gather(table, inputs[POSITIONS])
        return table[: tf.shape(inputs["input_type_ids"])[1]]


def lookup_tied(table_VD: tf.Tensor, ids_BL: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Look up embeddings [B, L, D], and return the table for an output layer tied to it.

    The gradient of the output layer has the size of the table. The gradient of the embeddings is
    added to it in place; separate gradients would be copied into a third tensor of that size.

    Example:
        >>> rows, table = lookup_tied(tf.constant([[1.0], [2.0]]), tf.constant([[1, 1]]))
        >>> rows.numpy().tolist()
        [[[2.0], [2.0]]]
    """

    @tf.custom_gradient
    def looked_up(
        table_VD: tf.Tensor,
    ) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[[tf.Tensor, tf.Tensor], tf.Tensor]]:
        def gradient(rows_BLD: tf.Tensor, table_grad_VD: tf.Tensor) -> tf.Tensor:
            rows_ND = tf.reshape(rows_BLD, [-1, rows_BLD.shape[-1]])
            return tf.tensor_scatter_nd_add(table_grad_VD, tf.reshape(ids_BL, [-1, 1]), rows_ND)

        return (tf.gather(table_VD, ids_BL), tf.identity(table_VD)), gradient

    return looked_up(table_VD)
