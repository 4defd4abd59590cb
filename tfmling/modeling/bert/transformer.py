"""BERT over the weights of a KerasHub backbone: the same numbers in less time.

The weights stay KerasHub's, with their names: loading, saving, adapters and freezing are untouched.
Only the computation is our own. What it does otherwise, and what that gives, stands in
docs/benchmarks.md.

Shapes: B batch, L length, Q positions asked for, D width, V vocabulary.
"""

import keras
import keras_hub
import tensorflow as tf

from tfmling.modeling.bert.dropout import Dropout
from tfmling.modeling.bert.embedding import Embedding, Inputs, tied_rows
from tfmling.modeling.bert.layer import Layer

SENTENCE_IDS = "input_sentence_ids"
_BLOCKED = -1e9


class Transformer:
    """From ids to hidden states, in the compute type of the backbone.

    Args:
        backbone: whose weights are read at every call.
        approximate: whether GELU is its tanh approximation.
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, approximate: bool):
        self.backbone = backbone
        dtype = keras.dtype_policies.get(backbone.dtype_policy).compute_dtype
        self.embedding = Embedding(backbone, dtype)
        self.layers = [Layer(layer, dtype, approximate) for layer in backbone.transformer_layers]
        self.dtype = dtype

    def states(self, inputs: Inputs, training: bool) -> list[tf.Tensor]:
        """The states [B, L, D] behind each layer.

        A packed row holds several sentences. None may see another, and each begins at position 0;
        then it has the states of a row of its own (Krell et al. 2021, 2107.02027).

        Args:
            inputs: `input_word_ids`, `input_mask`, `input_type_ids`, and if wanted either or both
                of `input_positions` (the position vector of each token) and `input_sentence_ids`
                (0 at padding; a token attends to those of its own number), int32 [B, L].
            training: whether dropout is on.
        """
        dropout, blocked = self._dropout(training), _blocked(inputs)
        return self._through(self.layers, self._words(inputs), inputs, blocked, dropout)[1:]

    def first_states(self, inputs: Inputs, training: bool) -> tf.Tensor:
        """The last layer's states [B, D] of [CLS]; arguments as of `states`.

        All that the last layer does behind attention is done for [CLS] alone.
        """
        dropout, blocked = self._dropout(training), _blocked(inputs)
        *_, before_BLD = self._through(
            self.layers[:-1], self._words(inputs), inputs, blocked, dropout
        )
        first_B1D = self.layers[-1](before_BLD, blocked[:, :, :1], dropout, before_BLD[:, :1])
        return first_B1D[:, 0]

    def states_at(
        self, inputs: Inputs, positions_BQ: tf.Tensor, training: bool
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The last layer's states [B, Q, D] at some positions, and the table [V, D].

        All that the last layer does behind attention is done for these positions alone. The table
        is for an output layer that shares it; see `tied_rows`.
        """
        words_BLD, table_VD = tied_rows(self._table(), inputs["input_word_ids"])
        dropout, blocked = self._dropout(training), _blocked(inputs)
        *_, before_BLD = self._through(self.layers[:-1], words_BLD, inputs, blocked, dropout)
        asking_BQD = tf.gather(before_BLD, positions_BQ, batch_dims=1)
        if blocked.shape[2] != 1:
            blocked = tf.gather(blocked[:, 0], positions_BQ, batch_dims=1)[:, tf.newaxis]
        return self.layers[-1](before_BLD, blocked, dropout, asking_BQD), table_VD

    def pooled(self, first_BD: tf.Tensor) -> tf.Tensor:
        """The pooler's output [B, D] of the last states of [CLS]."""
        dense = self.backbone.pooled_dense
        products_BD = tf.matmul(first_BD, tf.cast(dense.kernel, self.dtype))
        return tf.tanh(products_BD + tf.cast(dense.bias, self.dtype))

    def _through(
        self,
        layers: list[Layer],
        words_BLD: tf.Tensor,
        inputs: Inputs,
        blocked: tf.Tensor,
        dropout: Dropout,
    ) -> list[tf.Tensor]:
        """The embeddings, then the states behind each of the layers."""
        found = [self.embedding(words_BLD, inputs, dropout)]
        for layer in layers:
            found.append(layer(found[-1], blocked, dropout))
        return found

    def _words(self, inputs: Inputs) -> tf.Tensor:
        # float32 also where an export keeps the table in 16 bits
        return tf.cast(tf.gather(self._table(), inputs["input_word_ids"]), tf.float32)

    def _table(self) -> tf.Tensor:
        return tf.convert_to_tensor(self.backbone.token_embedding.embeddings)

    def _dropout(self, training: bool) -> Dropout:
        layer = self.backbone.embeddings_dropout
        rate = self.backbone.dropout if training else 0.0
        return Dropout(rate, layer.seed_generator if rate else None)


def _blocked(inputs: Inputs) -> tf.Tensor:
    """Added to the scores of attention, [B, 1, 1, L], or [B, 1, L, L] of packed rows."""
    if SENTENCE_IDS in inputs:
        ids_BL = inputs[SENTENCE_IDS]
        hidden_BQL = ids_BL[:, :, tf.newaxis] != ids_BL[:, tf.newaxis, :]
    else:
        hidden_BQL = inputs["input_mask"][:, tf.newaxis, :] == 0
    return (tf.cast(hidden_BQL, tf.float32) * _BLOCKED)[:, tf.newaxis]
