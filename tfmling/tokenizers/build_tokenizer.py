"""The tokenizer that belongs to a vocabulary."""

from tfmling.tokenizers.sentence_piece_tokenizer import SentencePieceTokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.tokenizer import Tokenizer
from tfmling.tokenizers.vocabulary import Vocabulary


def build_tokenizer(vocabulary: SubwordVocabulary) -> SubwordTokenizer:
    """Makes the tokenizer that gives the vocabulary's ids.

    Raises:
        TypeError: a kind of vocabulary that has no tokenizer.
    """
    if isinstance(vocabulary, Vocabulary):
        return Tokenizer(vocabulary)
    if isinstance(vocabulary, SentencePieceVocabulary):
        return SentencePieceTokenizer(vocabulary)
    raise TypeError(f"expected a WordPiece or SentencePiece vocabulary, got {type(vocabulary)}")
