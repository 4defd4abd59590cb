"""The same encoder over another vocabulary: everything is copied but the table and the bias."""

import keras_hub
import numpy as np

from tfmling.modeling.encoder import Encoder
from tfmling.vocab.subword_vocabulary import SubwordVocabulary

BIAS = "masked_lm/bias"


def replace_table(
    encoder: Encoder, vocabulary: SubwordVocabulary, table_VD: np.ndarray, bias_V: np.ndarray | None
) -> Encoder:
    """A copy of `encoder` with other rows.

    Args:
        encoder: gives all other weights, bit for bit.
        vocabulary: of V pieces.
        table_VD: their embeddings.
        bias_V: of the masked LM's tied decoder; None where the encoder has none.
    """
    config = encoder.backbone.get_config() | {"vocabulary_size": len(vocabulary)}
    backbone = keras_hub.models.BertBackbone.from_config(config)
    _copy_all_but_table(encoder.backbone, backbone)
    backbone.token_embedding.embeddings.assign(table_VD)
    bias = {} if bias_V is None else {BIAS: bias_V}
    return Encoder(
        backbone,
        vocabulary,
        pooling=encoder.pooling,
        hidden_act=encoder.hidden_act,
        layer_norm_epsilon=encoder.layer_norm_epsilon,
        head_weights=encoder.head_weights | bias,
    )


def _copy_all_but_table(
    source: keras_hub.models.BertBackbone, target: keras_hub.models.BertBackbone
) -> None:
    table = source.token_embedding.embeddings
    for old, new in zip(source.variables, target.variables, strict=True):
        if old is not table:
            new.assign(old)
