"""The same encoder over another vocabulary: all is copied but what has a row for each piece."""

from collections.abc import Mapping

import keras_hub
import numpy as np

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import BIAS, DECODER
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary

# weights of the masked-LM head with a row for each piece
ROWS = (BIAS, DECODER)


def replace_table(
    encoder: Encoder,
    vocabulary: SubwordVocabulary,
    table_VD: np.ndarray,
    head_weights: Mapping[str, np.ndarray] | None = None,
) -> Encoder:
    """A copy of `encoder` with other rows.

    Args:
        encoder: gives all other weights, bit for bit.
        vocabulary: of V pieces.
        table_VD: their embeddings.
        head_weights: those of BIAS and DECODER that the encoder has, with V rows.
    """
    config = encoder.backbone.get_config() | {"vocabulary_size": len(vocabulary)}
    backbone = keras_hub.models.BertBackbone.from_config(config)
    _copy_all_but_table(encoder.backbone, backbone)
    backbone.token_embedding.embeddings.assign(table_VD)
    heads = {} if head_weights is None else head_weights
    return encoder.with_backbone(backbone, vocabulary, {**encoder.head_weights, **heads})


def _copy_all_but_table(
    source: keras_hub.models.BertBackbone, target: keras_hub.models.BertBackbone
) -> None:
    table = source.token_embedding.embeddings
    for old, new in zip(source.variables, target.variables, strict=True):
        if old is not table:
            new.assign(old)
