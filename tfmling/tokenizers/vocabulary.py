"""A WordPiece vocabulary: its pieces, their ids, and appending to it without moving an old id."""

import dataclasses
import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import ClassVar

from tfmling.core import files
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError

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
        lowercase: whether text is lower-cased before it is cut.
        strip_accents: whether accents are stripped first; None becomes `lowercase`, as in BERT.
        split_chinese: whether each CJK character is a word of its own, as in BERT.

    Raises:
        VocabularyError: a piece that is there twice, is empty or holds a line break, or a special
            piece that is missing.
    """

    FILE: ClassVar = "vocab.txt"
    INSIDE: ClassVar = CONTINUATION
    SPECIAL: ClassVar = (PAD, UNK, CLS, SEP, MASK)

    pieces: tuple[str, ...]
    lowercase: bool
    strip_accents: bool | None = None
    split_chinese: bool = True

    def __post_init__(self) -> None:
        if self.strip_accents is None:
            object.__setattr__(self, "strip_accents", self.lowercase)
        for number, piece in enumerate(self.pieces):
            if piece in ("", CONTINUATION) or "\n" in piece or "\0" in piece:
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

    @property
    def word_splitting(self) -> tuple[bool, bool, bool]:
        """`lowercase`, `strip_accents` and `split_chinese`, as `split_words` takes them."""
        return self.lowercase, bool(self.strip_accents), self.split_chinese

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
        return dataclasses.replace(self, pieces=self.pieces[:size]).sha256 == sha256

    def extended(self, new_pieces: Iterable[str]) -> "Vocabulary":
        """Appends the pieces that are missing, in their order; the ids of all others stay."""
        added = dict.fromkeys(piece for piece in new_pieces if piece not in self._ids)
        return dataclasses.replace(self, pieces=(*self.pieces, *added))

    def padded(self, size: int) -> "Vocabulary":
        """Appends pieces that no text holds, [unused1] and so on, up to `size` pieces."""
        if size < len(self):
            raise VocabularyError(f"cannot pad {len(self):,} pieces to {size:,}; expected more")
        return self.extended(itertools.islice(unused_names(self.pieces), size - len(self)))

    def as_bytes(self) -> bytes:
        """A piece a line, in UTF-8."""
        return "".join(f"{piece}\n" for piece in self.pieces).encode()

    @classmethod
    def read(cls, path: str, lowercase: bool) -> "Vocabulary":
        """Reads a piece a line; VocabularyError names the file and what is wrong in it.

        A file whose name ends in .gz is decompressed. Raises NotUtf8Error for another encoding.
        """
        pieces = tuple(line.removesuffix("\r") for line in files.read_lines(path))
        return cls.checked(pieces, lowercase, path)

    @classmethod
    def checked(
        cls,
        pieces: tuple[str, ...],
        lowercase: bool,
        path: str,
        *,
        strip_accents: bool | None = None,
        split_chinese: bool = True,
    ) -> "Vocabulary":
        """A vocabulary of pieces out of a file; VocabularyError names the file."""
        try:
            return cls(pieces, lowercase, strip_accents, split_chinese)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: {error}") from None


def unused_names(pieces: Collection[str]) -> Iterator[str]:
    """Names that none of the pieces has and no text holds: [unused1], [unused2] and so on."""
    taken = set(pieces)
    names = (f"[unused{number}]" for number in itertools.count(1))
    return (name for name in names if name not in taken)


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
