"""Build the tokenizer that matches a vocabulary."""

from tfmling.tokenizers.sentence_piece_tokenizer import SentencePieceTokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary


def build_tokenizer(vocabulary: SubwordVocabulary) -> SubwordTokenizer:
    """Build a tokenizer on string tensors that returns the vocabulary's ids.

    Raises:
        TypeError: if no tokenizer exists for this kind of vocabulary.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES
        >>> vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, "ha", "##ba"), lowercase=False)
        >>> build_tokenizer(vocabulary)(["haba ha", "ba"]).to_list()
        [[5, 6, 5], [1]]
    """
    if isinstance(vocabulary, WordPieceVocabulary):
        return WordPieceTokenizer(vocabulary)
    if isinstance(vocabulary, SentencePieceVocabulary):
        return SentencePieceTokenizer(vocabulary)
    raise TypeError(f"expected a WordPiece or SentencePiece vocabulary, got {type(vocabulary)}")
