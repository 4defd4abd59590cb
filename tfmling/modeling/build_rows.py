"""A row initializer from settings."""

from tfmling.modeling.dictionary_rows import DictionaryInitializer
from tfmling.modeling.lexicon_rows import LexiconInitializer
from tfmling.modeling.rows import (
    MeanOfOldPiecesInitializer,
    RandomInitializer,
    RowInitializer,
)
from tfmling.modeling.similarity_rows import SimilarityInitializer
from tfmling.vocab.dictionary import read_dictionary
from tfmling.vocab.settings import DictionaryRows, LexiconRows, RandomRows, Rows, SimilarityRows


def build_row_initializer(settings: Rows) -> RowInitializer:
    """The initializer that settings name."""
    if isinstance(settings, RandomRows):
        return RandomInitializer()
    if isinstance(settings, LexiconRows):
        return LexiconInitializer(settings)
    if isinstance(settings, SimilarityRows):
        return SimilarityInitializer(settings)
    if isinstance(settings, DictionaryRows):
        return DictionaryInitializer(read_dictionary(settings.path))
    return MeanOfOldPiecesInitializer()
