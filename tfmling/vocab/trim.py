"""Leaves out the rows of pieces that are not wanted: most of a large model is its table."""

from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary
from tfmling.vocab.replace_table import ROWS, replace_table


def trim_encoder(encoder: Encoder, vocabulary: WordPieceVocabulary) -> Encoder:
    """A copy of `encoder` for a part of its vocabulary, values bit for bit.

    Raises:
        KeyError: a piece that the encoder does not have.
    """
    ids = [encoder.vocabulary.piece_to_id(piece) for piece in vocabulary.pieces]
    heads = {name: encoder.head_weights[name][ids] for name in ROWS if name in encoder.head_weights}
    return replace_table(encoder, vocabulary, encoder.embedding_table.numpy()[ids], heads)
