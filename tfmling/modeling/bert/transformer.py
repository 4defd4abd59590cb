"""BERT over the weights of a KerasHub backbone: the same outputs in less time.

Loading, saving, adapters and freezing use KerasHub's weights and names; only the computation is
ours. docs/benchmarks.md lists the differences and their effect on speed.

Shapes: B batch, L length, Q query positions, D width, V vocabulary.
"""

import keras
import keras_hub
import tensorflow as tf

from tfmling.modeling.bert.dropout import Dropout
from tfmling.modeling.bert.embedding import Embedding, Inputs, lookup_tied
from tfmling.modeling.bert.layer import Layer

SENTENCE_IDS = "input_sentence_ids"
_MASKED = -1e9  # attention bias of a masked position


class Transformer:
    """Maps ids to hidden states in the backbone's compute dtype.

    Args:
        backbone: its weights are read at every call.
        approximate: whether GELU is the tanh approximation.

    Example:
        >>> transformer = Transformer(encoder.backbone, approximate=False)
        >>> ids = tf.constant([[2, 5, 3]])
        >>> inputs = {"input_word_ids": ids, "input_mask": ids, "input_type_ids": 0 * ids}
        >>> [states.shape.as_list() for states in transformer.states(inputs, training=False)]
        [[1, 3, 16], [1, 3, 16]]
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, approximate: bool):
        self.backbone = backbone
        dtype = keras.dtype_policies.get(backbone.dtype_policy).compute_dtype
        self.embedding = Embedding(backbone, dtype)
        self.layers = [Layer(layer, dtype, approximate) for layer in backbone.transformer_layers]
        self.dtype = dtype

    def states(self, inputs: Inputs, training: bool) -> list[tf.Tensor]:
        """The output states [B, L, D] of each layer.

        A packed row contains several sentences. They cannot attend to each other and each starts
        at position 0, so a sentence has the same states as in a row of its own (Krell et al. 2021,
        2107.02027).

        Args:
            inputs: `input_word_ids`, `input_mask` and `input_type_ids`, int32 [B, L]; optionally
                `input_positions`, the position of each token, and `input_sentence_ids`, 0 at
                padding; tokens attend only to tokens with the same sentence id.
            training: whether to apply dropout.
        """
        dropout, attention_bias = self._dropout(training), _attention_bias(inputs)
        words_BLD = self._embed_words(inputs)
        return self._apply(self.layers, words_BLD, inputs, attention_bias, dropout)[1:]

    def first_states(self, inputs: Inputs, training: bool) -> tf.Tensor:
        """The last layer's states [B, D] of [CLS]; arguments as in `states`.

        The last layer computes queries and feed-forward for [CLS] only.
        """
        dropout, attention_bias = self._dropout(training), _attention_bias(inputs)
        *_, before_BLD = self._apply(
            self.layers[:-1], self._embed_words(inputs), inputs, attention_bias, dropout
        )
        first_bias = attention_bias[:, :, :1]
        return self.layers[-1](before_BLD, first_bias, dropout, before_BLD[:, :1])[:, 0]

    def states_at(
        self, inputs: Inputs, positions_BQ: tf.Tensor, training: bool
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The last layer's states [B, Q, D] at some positions, and the embedding table [V, D].

        The last layer computes queries and feed-forward for these positions only. The table is for
        a tied output layer; see `lookup_tied`.
        """
        words_BLD, table_VD = lookup_tied(self._table(), inputs["input_word_ids"])
        dropout, attention_bias = self._dropout(training), _attention_bias(inputs)
        *_, before_BLD = self._apply(self.layers[:-1], words_BLD, inputs, attention_bias, dropout)
        query_BQD = tf.gather(before_BLD, positions_BQ, batch_dims=1)
        if attention_bias.shape[2] != 1:
            bias_BQL = tf.gather(attention_bias[:, 0], positions_BQ, batch_dims=1)
            attention_bias = bias_BQL[:, tf.newaxis]
        return self.layers[-1](before_BLD, attention_bias, dropout, query_BQD), table_VD

    def pooled(self, first_BD: tf.Tensor) -> tf.Tensor:
        """Apply the pooler to the last states of [CLS] [B, D]."""
        dense = self.backbone.pooled_dense
        products_BD = tf.matmul(first_BD, tf.cast(dense.kernel, self.dtype))
        return tf.tanh(products_BD + tf.cast(dense.bias, self.dtype))

    def _apply(
        self,
        layers: list[Layer],
        words_BLD: tf.Tensor,
        inputs: Inputs,
        attention_bias: tf.Tensor,
        dropout: Dropout,
    ) -> list[tf.Tensor]:
        """The embedding layer's states, then those of each layer."""
        states = [self.embedding(words_BLD, inputs, dropout)]
        for layer in layers:
            states.append(layer(states[-1], attention_bias, dropout))
        return states

    def _embed_words(self, inputs: Inputs) -> tf.Tensor:
        # cast: an export may store the table in 16 bits
        return tf.cast(tf.gather(self._table(), inputs["input_word_ids"]), tf.float32)

    def _table(self) -> tf.Tensor:
        return tf.convert_to_tensor(self.backbone.token_embedding.embeddings)

    def _dropout(self, training: bool) -> Dropout:
        layer = self.backbone.embeddings_dropout
        rate = self.backbone.dropout if training else 0.0
        return Dropout(rate, layer.seed_generator if rate else None)


def _attention_bias(inputs: Inputs) -> tf.Tensor:
    """Added to the attention scores: [B, 1, 1, L], or [B, 1, L, L] for packed rows."""
    if SENTENCE_IDS in inputs:
        ids_BL = inputs[SENTENCE_IDS]
        is_masked_BQL = ids_BL[:, :, tf.newaxis] != ids_BL[:, tf.newaxis, :]
    else:
        is_masked_BQL = inputs["input_mask"][:, tf.newaxis, :] == 0
    return (tf.cast(is_masked_BQL, tf.float32) * _MASKED)[:, tf.newaxis]
