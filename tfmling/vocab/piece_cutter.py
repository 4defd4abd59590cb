"""Text to pieces without TensorFlow, for what looks at single words: a call costs microseconds."""

from collections.abc import Callable

from tfmling.text.words import split_words
from tfmling.vocab.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.vocab.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.vocabulary import as_word_pieces
from tfmling.vocab.word_pieces import WordPieces


def piece_cutter(vocabulary: SubwordVocabulary) -> Callable[[str], list[str]]:
    """Gives the pieces of a text, those whose ids the vocabulary's tokenizer gives."""
    if isinstance(vocabulary, SentencePieceVocabulary):
        return vocabulary.cut
    own = as_word_pieces(vocabulary, "piece_cutter")
    cut = WordPieces(own)
    return lambda text: [piece for word in split_words(text, own.lowercase) for piece in cut(word)]
