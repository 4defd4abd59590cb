"""A WordPiece vocabulary: its pieces, their ids, and appending to it without moving an old id."""

import dataclasses
import itertools
from collections.abc import Iterable
from typing import ClassVar

from tfmling import files
from tfmling.vocab.subword_vocabulary import SubwordVocabulary, VocabularyError

PAD, UNK, CLS, SEP, MASK = SPECIAL_PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CONTINUATION = "##"


def is_character(piece: str) -> bool:
    """Whether a piece is one character, at the beginning of a word or within it."""
    return len(piece.removeprefix(CONTINUATION)) == 1


@dataclasses.dataclass(frozen=True)
class Vocabulary(SubwordVocabulary):
    """Pieces in the order of their ids; `vocab.txt` of BERT.

    Attributes:
        pieces: piece of id 0, 1, ...; one that continues a word begins with `##`.
        lowercase: whether text is lower-cased and stripped of accents before it is cut.

    Raises:
        VocabularyError: a piece that is there twice, is empty or holds a line break, or a special
            piece that is missing.
    """

    FILE: ClassVar = "vocab.txt"
    INSIDE: ClassVar = CONTINUATION
    SPECIAL: ClassVar = (PAD, UNK, CLS, SEP, MASK)

    pieces: tuple[str, ...]
    lowercase: bool

    def __post_init__(self) -> None:
        for number, piece in enumerate(self.pieces):
            if piece in ("", CONTINUATION) or "\n" in piece:
                raise VocabularyError(
                    f"piece {number} is {piece!r}; expected some text on one line"
                )
            if self._ids[piece] != number:
                raise VocabularyError(
                    f"piece {piece!r} has two ids: {number} and {self._ids[piece]}"
                )
        missing = [piece for piece in SPECIAL_PIECES if piece not in self._ids]
        if missing:
            raise VocabularyError(
                f"no {', '.join(missing)} in the vocabulary; BERT needs these pieces"
            )

    def continues_word(self, piece: str) -> bool:
        """Whether a piece begins with `##`."""
        return piece.startswith(CONTINUATION)

    def is_character(self, piece: str) -> bool:
        """Whether a piece is one character, at the beginning of a word or within it."""
        return is_character(piece)

    def spelled(self, learned: str) -> str:
        """The piece as it was learned."""
        return learned

    def normalized(self, word: str) -> list[str]:
        """The word as it was counted."""
        return [word]

    def begins_with(self, size: int, sha256: str) -> bool:
        """Whether the first `size` pieces are a vocabulary of that hash, which this one extends."""
        if size > len(self):
            return False
        return Vocabulary(self.pieces[:size], self.lowercase).sha256 == sha256

    def extended(self, new_pieces: Iterable[str]) -> "Vocabulary":
        """Appends the pieces that are missing, in their order; the ids of all others stay."""
        added = dict.fromkeys(piece for piece in new_pieces if piece not in self._ids)
        return Vocabulary((*self.pieces, *added), self.lowercase)

    def padded(self, size: int) -> "Vocabulary":
        """Appends pieces that no text holds, [unused1] and so on, up to `size` pieces."""
        if size < len(self):
            raise VocabularyError(f"cannot pad {len(self):,} pieces to {size:,}; expected more")
        names = (f"[unused{number}]" for number in itertools.count(1))
        unknown = (name for name in names if name not in self)
        return self.extended(itertools.islice(unknown, size - len(self)))

    def as_bytes(self) -> bytes:
        """A piece a line, in UTF-8."""
        return "".join(f"{piece}\n" for piece in self.pieces).encode()

    @classmethod
    def read(cls, path: str, lowercase: bool) -> "Vocabulary":
        """Reads a piece a line; VocabularyError names the file and what is wrong in it.

        A file whose name ends in .gz is decompressed. Raises NotUtf8Error for another encoding.
        """
        pieces = tuple(line.removesuffix("\r") for line in files.read_lines(path))
        try:
            return cls(pieces, lowercase)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: {error}") from None


def as_word_pieces(vocabulary: SubwordVocabulary, wanted_by: str) -> Vocabulary:
    """The vocabulary, for what works on lists of WordPieces only.

    Raises:
        VocabularyError: it is a SentencePiece model; says that `wanted_by` cannot have it.
    """
    if isinstance(vocabulary, Vocabulary):
        return vocabulary
    raise VocabularyError(
        f"{wanted_by}: expected an encoder with a WordPiece vocabulary ({Vocabulary.FILE}), got "
        f"one with {vocabulary.FILE}, a SentencePiece model as XLM-R's. Take a multilingual BERT"
    )
