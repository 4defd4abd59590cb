"""The embedding initializer that settings describe."""

from tfmling.vocab.dictionary_init import DictionaryInitializer, count_links, read_dictionary
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
    SubwordMeanInit,
)


def build_initializer(settings: EmbeddingInit) -> EmbeddingInitializer:
    """Build the initializer that settings describe, reading its dictionary or alignments.

    Example:
        >>> initializer = build_initializer(RandomInit(kind="random"))
    """
    match settings:
        case RandomInit():
            return RandomInitializer()
        case SubwordMeanInit():
            return SubwordMeanInitializer()
        case LexiconInit():
            return LexiconInitializer(settings)
        case FocusInit():
            return FocusInitializer(settings)
        case DictionaryInit():
            return DictionaryInitializer(read_dictionary(settings.path))
        case AlignmentInit():
            pairs, _ = settings.pairs.read_all()
            new_is_source = settings.pairs.source_language == settings.language
            links = count_links(pairs, new_is_source=new_is_source, min_count=settings.min_count)
            return DictionaryInitializer(links)
