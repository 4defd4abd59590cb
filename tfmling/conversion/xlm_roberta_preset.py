"""A KerasHub preset of XLM-R as the BERT that it is.

Conneau et al. 2020 (1911.02116). KerasHub's XLM-R has one segment, whose row is in its positions,
and no pooler. Its weights are put into a BERT whose segments are zero.

Shapes: D width.
"""

import keras_hub
import numpy as np

from tfmling.modeling.new_pooler import new_pooler

_SHARED = ("vocabulary_size", "num_layers", "num_heads", "hidden_dim", "intermediate_dim",
           "dropout", "max_sequence_length")  # fmt: skip


def as_bert(
    found: keras_hub.models.XLMRobertaBackbone, policy: str
) -> keras_hub.models.BertBackbone:
    """A BERT backbone with the weights of an XLM-R; `policy` is a Keras dtype policy."""
    config = found.get_config()
    backbone = keras_hub.models.BertBackbone(
        **{name: config[name] for name in _SHARED}, dtype=policy
    )
    embeddings = found.embeddings
    pairs = [
        (embeddings.token_embedding, backbone.token_embedding),
        (embeddings.position_embedding, backbone.position_embedding),
        (found.embeddings_layer_norm, backbone.embeddings_layer_norm),
        *zip(found.transformer_layers, backbone.transformer_layers, strict=True),
    ]
    for old, new in pairs:
        for value, variable in zip(old.trainable_variables, new.trainable_variables, strict=True):
            variable.assign(value)
    segments = backbone.segment_embedding.embeddings
    segments.assign(np.zeros(segments.shape, np.float32))
    backbone.pooled_dense.set_weights(new_pooler(backbone.hidden_dim))
    return backbone
