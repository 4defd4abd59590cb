"""Which file of a folder is its vocabulary, and of which kind it is."""

from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

_KINDS = (WordPieceVocabulary, SentencePieceVocabulary)
_MODELS = (".model", ".spm")  # what SentencePiece and KerasHub call a model's file


def find_vocabulary(folder: str) -> str | None:
    """The path of the vocabulary file in a folder; None where there is none."""
    paths = (files.join(folder, kind.FILE) for kind in _KINDS)
    return next((path for path in paths if files.exists(path)), None)


def read_vocabulary(folder: str, lowercase: bool) -> SubwordVocabulary:
    """Reads the vocabulary of a folder; arguments as of `read_vocabulary_file`.

    Raises:
        FileNotFoundError: the folder has none.
    """
    if (path := find_vocabulary(folder)) is None:
        names = " or ".join(kind.FILE for kind in _KINDS)
        raise MissingFileError(f"{folder}: expected {names}, found neither")
    return read_vocabulary_file(path, lowercase)


def read_vocabulary_file(path: str, lowercase: bool) -> SubwordVocabulary:
    """Reads a vocabulary.

    Args:
        path: a SentencePiece model, known by its ending (.model, .spm), or a piece a line.
        lowercase: whether text is lower-cased and stripped of accents before it is cut into
            WordPieces; a SentencePiece model says so itself.

    Raises:
        VocabularyError: names the file and what is wrong in it.
        DamagedError: it is not what its manifest says.
    """
    manifest.verify_once(path)
    if path.endswith(_MODELS):
        return SentencePieceVocabulary.read(path)
    return WordPieceVocabulary.read(path, lowercase)
