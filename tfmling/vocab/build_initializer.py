"""A row initializer from settings."""

from tfmling.vocab.aligned_words import count_links
from tfmling.vocab.dictionary import Entry, read_dictionary
from tfmling.vocab.dictionary_init import DictionaryInitializer
from tfmling.vocab.embedding_init import (
    EmbeddingInitializer,
    RandomInitializer,
    SubwordMeanInitializer,
)
from tfmling.vocab.focus_init import FocusInitializer
from tfmling.vocab.lexicon_init import LexiconInitializer
from tfmling.vocab.settings import (
    AlignmentInit,
    DictionaryInit,
    EmbeddingInit,
    FocusInit,
    LexiconInit,
    RandomInit,
)


def build_initializer(settings: EmbeddingInit) -> EmbeddingInitializer:
    """The initializer that settings name."""
    if isinstance(settings, RandomInit):
        return RandomInitializer()
    if isinstance(settings, LexiconInit):
        return LexiconInitializer(settings)
    if isinstance(settings, FocusInit):
        return FocusInitializer(settings)
    if isinstance(settings, DictionaryInit):
        return DictionaryInitializer(read_dictionary(settings.path))
    if isinstance(settings, AlignmentInit):
        return DictionaryInitializer(_linked_words(settings))
    return SubwordMeanInitializer()


def _linked_words(settings: AlignmentInit) -> list[Entry]:
    pairs, _ = settings.pairs.read_all()
    new_is_source = settings.pairs.source_language == settings.language
    return count_links(pairs, new_is_source=new_is_source, min_count=settings.min_count)
