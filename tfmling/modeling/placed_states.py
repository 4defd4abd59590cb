"""Hidden states of rows whose tokens say where they stand and to which sentence they belong.

A packed row holds several sentences. None may see another, and each begins at position 0; then it
has the states that it would have in a row of its own (Krell et al. 2021, 2107.02027).
Shapes: B batch, L length, D width.
"""

from collections.abc import Mapping

import keras_hub
import tensorflow as tf

POSITIONS, SENTENCE_IDS = "input_positions", "input_sentence_ids"


def are_placed(inputs: Mapping[str, tf.Tensor]) -> bool:
    """Whether inputs say more of their tokens than that they stand one behind another."""
    return POSITIONS in inputs or SENTENCE_IDS in inputs


def placed_states(
    backbone: keras_hub.models.BertBackbone,
    inputs: Mapping[str, tf.Tensor],
    training: bool = False,
) -> dict[str, object]:
    """What BERT gives, with positions and attention as the inputs say.

    Args:
        backbone: KerasHub's BERT.
        inputs: `input_word_ids`, `input_mask`, `input_type_ids`, and either or both of
            `input_positions` (the position vector of each token) and `input_sentence_ids` (0 at
            padding; a token attends to those of its own number), all int32 [B, L].
        training: whether dropout is on.

    Returns:
        `encoder_outputs`, a list of [B, L, D], one a layer; `pooled_output` [B, D] of the first
        token of each row.
    """
    hidden_BLD = _embed(backbone, inputs, training)
    attended_BLL = _attended(inputs)
    layers_BLD = []
    for layer in backbone.transformer_layers:
        hidden_BLD = layer(hidden_BLD, attention_mask=attended_BLL, training=training)
        layers_BLD.append(hidden_BLD)
    pooled_BD = backbone.pooled_dense(hidden_BLD[:, 0, :])
    return {"encoder_outputs": layers_BLD, "pooled_output": pooled_BD}


def _embed(
    backbone: keras_hub.models.BertBackbone, inputs: Mapping[str, tf.Tensor], training: bool
) -> tf.Tensor:
    tokens_BLD = backbone.token_embedding(inputs["input_word_ids"])
    positions_BLD = backbone.position_embedding(tokens_BLD, positions=inputs.get(POSITIONS))
    types_BLD = backbone.segment_embedding(inputs["input_type_ids"])
    sum_BLD = backbone.embeddings_add((tokens_BLD, positions_BLD, types_BLD))
    return backbone.embeddings_dropout(backbone.embeddings_layer_norm(sum_BLD), training=training)


def _attended(inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
    """Bool [B, L, L]: which token (last axis) each token (middle axis) sees."""
    if SENTENCE_IDS not in inputs:
        seen_B1L = inputs["input_mask"][:, tf.newaxis, :] > 0
        return seen_B1L & tf.ones_like(inputs["input_mask"], tf.bool)[:, :, tf.newaxis]
    ids_BL = inputs[SENTENCE_IDS]
    return ids_BL[:, :, tf.newaxis] == ids_BL[:, tf.newaxis, :]
