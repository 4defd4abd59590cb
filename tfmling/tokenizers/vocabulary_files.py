"""Find and read the vocabulary of a folder."""

from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

_KINDS = (WordPieceVocabulary, SentencePieceVocabulary)
_MODELS = (".model", ".spm")  # extensions of SentencePiece and of KerasHub


def find_vocabulary(folder: str) -> str | None:
    """The path of the vocabulary file in a folder; None if there is none.

    Example:
        >>> find_vocabulary(folder) is None
        True
        >>> files.write_text("vocab.txt", "a")
        >>> find_vocabulary(".")
        './vocab.txt'
    """
    paths = (files.join(folder, kind.FILE) for kind in _KINDS)
    return next((path for path in paths if files.exists(path)), None)


def read_vocabulary(folder: str, lowercase: bool) -> SubwordVocabulary:
    """Read the vocabulary of a folder; see `read_vocabulary_file`.

    Raises:
        FileNotFoundError: if the folder has none.

    Example:
        >>> encoder.vocabulary.write("vocab.txt")
        >>> read_vocabulary(folder, lowercase=False) == encoder.vocabulary
        True
    """
    if (path := find_vocabulary(folder)) is None:
        names = " or ".join(kind.FILE for kind in _KINDS)
        raise MissingFileError(f"{folder}: expected {names}, found neither")
    return read_vocabulary_file(path, lowercase)


def read_vocabulary_file(path: str, lowercase: bool) -> SubwordVocabulary:
    """Read a vocabulary file.

    Args:
        path: a SentencePiece model (*.model, *.spm), or a text file with one WordPiece per line.
        lowercase: whether WordPiece lower-cases text and strips accents; a SentencePiece model
            contains its own normalizer.

    Raises:
        VocabularyError: names the file and what is wrong in it.
        DamagedError: if the file does not match its manifest.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES
        >>> WordPieceVocabulary((*SPECIAL_PIECES, "ha"), False).write("vocab.txt")
        >>> read_vocabulary_file("vocab.txt", lowercase=False).piece_to_id("ha")
        5
    """
    manifest.verify_once(path)
    if path.endswith(_MODELS):
        return SentencePieceVocabulary.read(path)
    return WordPieceVocabulary.read(path, lowercase)
