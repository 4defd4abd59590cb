"""Give an encoder another vocabulary: a longer one (EXTEND, 2004.13640) or a part of its own.

Shapes: V pieces of the new vocabulary, D width.
"""

from collections.abc import Mapping

import keras_hub
import numpy as np

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import BIAS, DECODER
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary
from tfmling.vocab.embedding_init import EmbeddingInitializer


def enlarge_encoder(
    encoder: Encoder, vocabulary: SubwordVocabulary, initializer: EmbeddingInitializer, seed: int
) -> Encoder:
    """Copy an encoder for a longer vocabulary.

    The embeddings and decoder weights of old pieces are copied bit for bit. `initializer` computes
    the embeddings of new pieces and, from the decoder's old rows, the new rows of an untied
    decoder. New biases are zero.

    Raises:
        ValueError: the vocabulary does not begin with the encoder's own pieces.

    Example:
        >>> from tfmling.vocab.embedding_init import SubwordMeanInitializer
        >>> longer = encoder.vocabulary.with_pieces(["ab"])
        >>> enlarged = enlarge_encoder(encoder, longer, SubwordMeanInitializer(), seed=1)
        >>> encoder.embedding_table.shape[0], enlarged.embedding_table.shape[0]
        (37, 38)
    """
    old = encoder.vocabulary
    _check_begins_with(vocabulary, old)
    added = vocabulary.pieces[len(old) :]

    def longer(table_VD: np.ndarray) -> np.ndarray:
        new_ND = initializer(added, old, table_VD, seed)
        return np.concatenate([table_VD, new_ND.astype(table_VD.dtype)])

    heads = {}
    if (bias_V := encoder.head_weights.get(BIAS)) is not None:
        heads[BIAS] = np.concatenate([bias_V, np.zeros(len(added), bias_V.dtype)])
    if (decoder_VD := encoder.head_weights.get(DECODER)) is not None:
        heads[DECODER] = longer(decoder_VD)
    return _replace_table(encoder, vocabulary, longer(encoder.embedding_table.numpy()), heads)


def trim_encoder(encoder: Encoder, vocabulary: WordPieceVocabulary) -> Encoder:
    """Copy an encoder for a part of its vocabulary, values bit for bit.

    Raises:
        KeyError: the encoder does not have one of the pieces.

    Example:
        >>> pieces = encoder.vocabulary.pieces[:21]  # the special pieces and the letters a to p
        >>> trimmed = trim_encoder(encoder, WordPieceVocabulary(pieces, lowercase=False))
        >>> trimmed.embedding_table.shape[0]
        21
    """
    ids = [encoder.vocabulary.piece_to_id(piece) for piece in vocabulary.pieces]
    heads = {
        name: encoder.head_weights[name][ids]
        for name in (BIAS, DECODER)
        if name in encoder.head_weights
    }
    return _replace_table(encoder, vocabulary, encoder.embedding_table.numpy()[ids], heads)


def _replace_table(
    encoder: Encoder,
    vocabulary: SubwordVocabulary,
    table_VD: np.ndarray,
    heads: Mapping[str, np.ndarray],
) -> Encoder:
    """Copy an encoder with another embedding table and, in `heads`, its BIAS and DECODER."""
    config = encoder.backbone.get_config() | {"vocabulary_size": len(vocabulary)}
    backbone = keras_hub.models.BertBackbone.from_config(config)
    old_table = encoder.backbone.token_embedding.embeddings
    for old, new in zip(encoder.backbone.variables, backbone.variables, strict=True):
        if old is not old_table:
            new.assign(old)
    backbone.token_embedding.embeddings.assign(table_VD)
    return encoder.with_backbone(backbone, vocabulary, {**encoder.head_weights, **heads})


def _check_begins_with(vocabulary: SubwordVocabulary, old: SubwordVocabulary) -> None:
    for position, piece in enumerate(old.pieces):
        if position >= len(vocabulary.pieces) or vocabulary.pieces[position] != piece:
            raise ValueError(
                "the longer vocabulary must begin with the encoder's own pieces: expected piece "
                f"{position} to be {piece!r}; append new pieces, never insert them"
            )
