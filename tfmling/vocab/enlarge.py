"""Gives an encoder rows for the pieces that its vocabulary has gained (EXTEND, 2004.13640)."""

import numpy as np

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import BIAS, DECODER
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.embedding_init import EmbeddingInitializer
from tfmling.vocab.replace_table import replace_table


def enlarge_encoder(
    encoder: Encoder, vocabulary: SubwordVocabulary, initializer: EmbeddingInitializer, seed: int
) -> Encoder:
    """A copy of `encoder` for a longer vocabulary.

    Old rows of the table and of the decoder keep their values bit for bit; new rows come from
    `initializer` (those of an untied decoder from its own old rows), new biases are zero.

    Raises:
        ValueError: the vocabulary does not begin with the encoder's own pieces.
    """
    old = encoder.vocabulary
    _check_begins_with(vocabulary, old)
    added = vocabulary.pieces[len(old) :]

    def longer(table_VD: np.ndarray) -> np.ndarray:
        rows_ND = initializer(added, old, table_VD, seed)
        return np.concatenate([table_VD, rows_ND.astype(table_VD.dtype)])

    heads = {}
    if (bias_V := encoder.head_weights.get(BIAS)) is not None:
        heads[BIAS] = np.concatenate([bias_V, np.zeros(len(added), bias_V.dtype)])
    if (decoder_VD := encoder.head_weights.get(DECODER)) is not None:
        heads[DECODER] = longer(decoder_VD)
    return replace_table(encoder, vocabulary, longer(encoder.embedding_table.numpy()), heads)


def _check_begins_with(vocabulary: SubwordVocabulary, old: SubwordVocabulary) -> None:
    for position, piece in enumerate(old.pieces):
        if position >= len(vocabulary.pieces) or vocabulary.pieces[position] != piece:
            raise ValueError(
                f"The longer vocabulary must begin with the encoder's own pieces; piece {position} "
                f"should be {piece!r}. Append new pieces, never insert them."
            )
