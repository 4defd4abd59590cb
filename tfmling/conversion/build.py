"""An encoder from settings: loaded, stacked from a shallower one, or new with random weights."""

import keras_hub

from tfmling.conversion.encoder_folder import POLICIES, load_encoder
from tfmling.conversion.encoder_settings import NewEncoder, PretrainedEncoder, StackedEncoder
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.stack import stack_layers
from tfmling.tokenizers.vocabulary_files import find_vocabulary, read_vocabulary_file
from tfmling.tokenizers.word_piece_vocabulary import require_word_piece


def build_encoder(
    settings: PretrainedEncoder | NewEncoder | StackedEncoder,
    *,
    dtype: str = "float32",
    pooling: str | None = None,
) -> Encoder:
    """The encoder that settings name; `pooling` replaces the folder's own unless None.

    Raises:
        ValueError: layers that do not stack to as many as were asked for.
    """
    if isinstance(settings, NewEncoder):
        return _new_encoder(settings, dtype, pooling or "mean")
    encoder = load_encoder(settings.path, dtype=dtype, dropout=settings.dropout)
    if isinstance(settings, StackedEncoder):
        encoder = stack_layers(encoder, settings.num_layers)
    encoder.pooling = pooling or encoder.pooling
    return encoder


def _new_encoder(settings: NewEncoder, dtype: str, pooling: str) -> Encoder:
    path = find_vocabulary(settings.vocabulary) or settings.vocabulary
    vocabulary = read_vocabulary_file(path, settings.lowercase)
    if settings.pad_vocabulary_to is not None:
        own = require_word_piece(vocabulary, "encoder.pad_vocabulary_to")
        vocabulary = own.padded_to(settings.pad_vocabulary_to)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(vocabulary.pieces),
        num_layers=settings.num_layers,
        num_heads=settings.num_heads,
        hidden_dim=settings.hidden_dim,
        intermediate_dim=settings.intermediate_dim,
        dropout=settings.dropout,
        max_sequence_length=settings.max_sequence_length,
        dtype=POLICIES[dtype],
    )
    return Encoder(backbone, vocabulary, pooling=pooling, hidden_act="gelu")
