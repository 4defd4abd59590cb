"""The vocabulary of a Hugging Face folder, with a piece for every row of the embedding table."""

from pathlib import Path

from tfmling.conversion.hugging_face.fast_tokenizer import (
    read_fast_pieces,
    read_scored_pieces,
    read_sentence_piece_model,
)
from tfmling.conversion.hugging_face.tokenization import FAST, Tokenization
from tfmling.core import files
from tfmling.modeling.layout_error import UnsupportedLayoutError, note
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import CONTINUATION, WordPieceVocabulary, unused_names


def read_vocabulary(folder: Path, tokenization: Tokenization) -> SubwordVocabulary:
    """Read the vocabulary that belongs to the tokenizer of a folder.

    Raises:
        VocabularyError: names the file and what is wrong in it.
        UnsupportedLayoutError: two files hold different pieces, or special tokens have other ids.
    """
    vocabulary = (
        _read_word_pieces(folder, tokenization)
        if tokenization.is_word_piece
        else _read_sentence_pieces(folder)
    )
    for token, number in tokenization.special_ids.items():
        if token not in vocabulary or vocabulary.piece_to_id(token) != number:
            own = vocabulary.piece_to_id(token) if token in vocabulary else "none"
            raise UnsupportedLayoutError(
                f"{folder}: {token!r}: expected the id {own} that the vocabulary gives it, got "
                f"{number} from the tokenizer files"
            )
    return vocabulary


def fit_to_table(vocabulary: SubwordVocabulary, rows: int, path: Path) -> SubwordVocabulary:
    """The vocabulary with a piece that no text holds for each further row of the table.

    Args:
        vocabulary: of a folder.
        rows: of its embedding table.
        path: named in messages.

    Raises:
        UnsupportedLayoutError: there are fewer rows than pieces.
    """
    if rows < len(vocabulary):
        raise UnsupportedLayoutError(
            f"{path}: The embedding table has {rows} rows and the vocabulary {len(vocabulary)} "
            "pieces; expected a row for every piece. Use the vocabulary that the weights were "
            "trained with"
        )
    if rows == len(vocabulary):
        return vocabulary
    note(
        f"{path}: {rows} rows for {len(vocabulary)} pieces: the further rows are kept, for pieces "
        "that no text holds"
    )
    return vocabulary.padded_to(rows)


def read_word_pieces(path: Path, lowercase: bool, strip_accents: bool) -> WordPieceVocabulary:
    """Read vocab.txt, with the faults that transformers passes over.

    Empty lines and lines that are repeated below keep their ids, which no text is given.
    """
    tokenization = Tokenization(True, lowercase, strip_accents)
    return _word_pieces(_read_lines(path), tokenization, path)


def _read_word_pieces(folder: Path, tokenization: Tokenization) -> WordPieceVocabulary:
    path = folder / WordPieceVocabulary.FILE
    if not path.exists():
        pieces = read_fast_pieces(folder)
        return _word_pieces(pieces, tokenization, folder / FAST)
    pieces = _read_lines(path)
    if (folder / FAST).exists():
        _check_same(path, pieces, read_fast_pieces(folder))
    return _word_pieces(pieces, tokenization, path)


def _word_pieces(pieces: list[str], tokenization: Tokenization, path: Path) -> WordPieceVocabulary:
    return WordPieceVocabulary.from_file_pieces(
        _reachable(pieces, path),
        tokenization.lowercase,
        str(path),
        strip_accents=tokenization.strip_accents,
        split_chinese=tokenization.split_chinese,
    )


def _read_lines(path: Path) -> list[str]:
    """The pieces of vocab.txt, without empty lines at the end."""
    pieces = [line.removesuffix("\r") for line in files.read_lines(str(path))]
    while pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def _reachable(pieces: list[str], path: Path) -> tuple[str, ...]:
    """The pieces with names for those that no text has: empty ones, and all but the last of equals.

    The ids of all others stay; transformers reads such lines in the same way.
    """
    last = {piece: number for number, piece in enumerate(pieces)}
    dead = [
        number
        for number, piece in enumerate(pieces)
        if last[piece] != number or piece in ("", CONTINUATION)
    ]
    if not dead:
        return tuple(pieces)
    note(
        f"{path}:{dead[0] + 1}: {len(dead)} lines are empty or repeated below; no text has "
        "their ids"
    )
    named = list(pieces)
    for number, name in zip(dead, unused_names(pieces), strict=False):
        named[number] = name
    return tuple(named)


def _read_sentence_pieces(folder: Path) -> SentencePieceVocabulary:
    path = folder / SentencePieceVocabulary.FILE
    if not path.exists():
        return SentencePieceVocabulary(read_sentence_piece_model(folder))
    vocabulary = SentencePieceVocabulary.read(str(path))
    if (folder / FAST).exists():
        theirs = [piece for piece, _ in read_scored_pieces(folder)]
        _check_same(path, list(vocabulary.pieces), theirs)
    return vocabulary


def _check_same(path: Path, own: list[str], theirs: list[str]) -> None:
    if own == theirs:
        return
    count = min(len(own), len(theirs))
    number = next((n for n in range(count) if own[n] != theirs[n]), count)
    first, second = (pieces[number] if number < len(pieces) else None for pieces in (own, theirs))
    raise UnsupportedLayoutError(
        f"{path}: expected the pieces of {FAST} beside it, but piece {number} is {first!r} here "
        f"and {second!r} there; remove the file that does not belong to the weights"
    )
