"""A backbone of the sizes that config.json or bert_config.json says."""

import keras_hub

from tfmling.conversion.hugging_face.config import BertConfig


def build_backbone(
    config: BertConfig, policy: str, dropout: float | None
) -> keras_hub.models.BertBackbone:
    """A backbone with new weights.

    Args:
        config: of the folder.
        policy: Keras dtype policy.
        dropout: probability during training; None keeps the folder's own.
    """
    sizes = config.sizes
    return keras_hub.models.BertBackbone(
        vocabulary_size=sizes["vocab_size"],
        num_layers=sizes["num_hidden_layers"],
        num_heads=sizes["num_attention_heads"],
        hidden_dim=sizes["hidden_size"],
        intermediate_dim=sizes["intermediate_size"],
        dropout=config.dropout if dropout is None else dropout,
        max_sequence_length=sizes["max_position_embeddings"] - config.reserved_positions,
        num_segments=sizes["type_vocab_size"],
        dtype=policy,
    )
