"""A row initializer from settings."""

from tfmling.modeling.lexicon_rows import LexiconInitializer
from tfmling.modeling.rows import (
    MeanOfOldPiecesInitializer,
    RandomInitializer,
    RowInitializer,
)
from tfmling.vocab.settings import LexiconRows, MeanOfOldPiecesRows, RandomRows


def build_row_initializer(
    settings: RandomRows | MeanOfOldPiecesRows | LexiconRows,
) -> RowInitializer:
    """The initializer that settings name."""
    if isinstance(settings, LexiconRows):
        return LexiconInitializer(settings)
    if isinstance(settings, MeanOfOldPiecesRows):
        return MeanOfOldPiecesInitializer()
    return RandomInitializer()
