"""A row initializer from settings."""

from tfmling.vocab.aligned_words import count_links
from tfmling.vocab.dictionary import Entry, read_dictionary
from tfmling.vocab.dictionary_rows import DictionaryInitializer
from tfmling.vocab.lexicon_rows import LexiconInitializer
from tfmling.vocab.rows import (
    MeanOfOldPiecesInitializer,
    RandomInitializer,
    RowInitializer,
)
from tfmling.vocab.settings import (
    AlignmentRows,
    DictionaryRows,
    LexiconRows,
    RandomRows,
    Rows,
    SimilarityRows,
)
from tfmling.vocab.similarity_rows import SimilarityInitializer


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
    if isinstance(settings, AlignmentRows):
        return DictionaryInitializer(_linked_words(settings))
    return MeanOfOldPiecesInitializer()


def _linked_words(settings: AlignmentRows) -> list[Entry]:
    pairs, _ = settings.pairs.read_all()
    new_is_source = settings.pairs.source_language == settings.language
    return count_links(pairs, new_is_source=new_is_source, min_count=settings.min_count)
