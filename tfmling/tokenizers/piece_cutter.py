"""Text to pieces without TensorFlow, for what looks at single words: a call costs microseconds."""

from collections.abc import Callable

from tfmling.text.words import split_words
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.vocabulary import as_word_pieces
from tfmling.tokenizers.word_pieces import WordPieces


def word_cutter(vocabulary: SubwordVocabulary) -> Callable[[str], list[str]]:
    """Gives the pieces of a word that `split_words` gave."""
    if isinstance(vocabulary, SentencePieceVocabulary):
        return vocabulary.cut
    return WordPieces(as_word_pieces(vocabulary, "word_cutter"))


def piece_cutter(vocabulary: SubwordVocabulary) -> Callable[[str], list[str]]:
    """Gives the pieces of a text, those whose ids the vocabulary's tokenizer gives."""
    cut = word_cutter(vocabulary)
    if isinstance(vocabulary, SentencePieceVocabulary):
        return cut
    splitting = as_word_pieces(vocabulary, "piece_cutter").word_splitting
    return lambda text: [piece for word in split_words(text, *splitting) for piece in cut(word)]
