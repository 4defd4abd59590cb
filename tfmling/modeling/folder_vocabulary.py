"""The vocabulary of an encoder folder: ours, Hugging Face's or KerasHub's."""

from pathlib import Path

from tfmling.modeling.fast_tokenizer import (
    is_fast_sentence_piece,
    is_fast_tokenizer,
    read_pieces,
    read_sentence_piece_model,
)
from tfmling.vocab.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.vocab.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.vocabulary import Vocabulary
from tfmling.vocab.vocabulary_files import find_vocabulary, read_vocabulary_file

_KERAS_HUB = ("assets/tokenizer/vocabulary.txt", "assets/tokenizer/vocabulary.spm")


def read_encoder_vocabulary(folder: Path, lowercase: bool) -> SubwordVocabulary:
    """The vocabulary of an encoder folder.

    Args:
        folder: whose weights the vocabulary belongs to.
        lowercase: whether text is lower-cased before it is cut into WordPieces.

    Raises:
        FileNotFoundError: no vocabulary lies in the folder.
    """
    if (path := find_vocabulary(str(folder))) is not None:
        return read_vocabulary_file(path, lowercase)
    for name in _KERAS_HUB:
        if (folder / name).exists():
            return read_vocabulary_file(str(folder / name), lowercase)
    if is_fast_tokenizer(folder):
        return Vocabulary(read_pieces(folder), lowercase)
    if is_fast_sentence_piece(folder):
        return SentencePieceVocabulary(read_sentence_piece_model(folder))
    raise FileNotFoundError(
        f"{folder}: expected {Vocabulary.FILE} (BERT's WordPiece vocabulary), "
        f"{SentencePieceVocabulary.FILE} (XLM-R's) or tokenizer.json, found none of them"
    )
