"""Gives an encoder rows for the pieces that its vocabulary has gained (EXTEND, 2004.13640)."""

import keras_hub
import numpy as np

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.rows import RowInitializer
from tfmling.vocab.vocabulary import Vocabulary

BIAS = "masked_lm/bias"


def enlarge_encoder(
    encoder: Encoder, vocabulary: Vocabulary, row_initializer: RowInitializer, seed: int
) -> Encoder:
    """A copy of `encoder` for a longer vocabulary.

    Old rows of the table and of the tied decoder's bias keep their values bit for bit; new rows
    come from `row_initializer`, new biases are zero.

    Raises:
        ValueError: the vocabulary does not begin with the encoder's own pieces.
    """
    old = encoder.vocabulary
    _check_begins_with(vocabulary, old)
    added = vocabulary.pieces[len(old.pieces) :]
    table_VD = encoder.embedding_table.numpy()
    backbone = _with_vocabulary_size(encoder.backbone, len(vocabulary.pieces))
    _copy_all_but_table(encoder.backbone, backbone)
    rows_ND = row_initializer(added, old, table_VD, seed)
    backbone.token_embedding.embeddings.assign(np.concatenate([table_VD, rows_ND]))
    return Encoder(
        backbone,
        vocabulary,
        pooling=encoder.pooling,
        hidden_act=encoder.hidden_act,
        head_weights=_with_longer_bias(encoder.head_weights, len(added)),
    )


def _check_begins_with(vocabulary: Vocabulary, old: Vocabulary) -> None:
    for position, piece in enumerate(old.pieces):
        if position >= len(vocabulary.pieces) or vocabulary.pieces[position] != piece:
            raise ValueError(
                f"The longer vocabulary must begin with the encoder's own pieces; piece {position} "
                f"should be {piece!r}. Append new pieces, never insert them."
            )


def _with_vocabulary_size(
    backbone: keras_hub.models.BertBackbone, size: int
) -> keras_hub.models.BertBackbone:
    config = backbone.get_config() | {"vocabulary_size": size}
    return keras_hub.models.BertBackbone.from_config(config)


def _copy_all_but_table(
    source: keras_hub.models.BertBackbone, target: keras_hub.models.BertBackbone
) -> None:
    table = source.token_embedding.embeddings
    for old, new in zip(source.variables, target.variables, strict=True):
        if old is not table:
            new.assign(old)


def _with_longer_bias(weights: dict[str, np.ndarray], added: int) -> dict[str, np.ndarray]:
    if BIAS not in weights:
        return dict(weights)
    zeros = np.zeros(added, weights[BIAS].dtype)
    return weights | {BIAS: np.concatenate([weights[BIAS], zeros])}
