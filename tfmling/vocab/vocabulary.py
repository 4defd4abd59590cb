"""A WordPiece vocabulary: its pieces, their ids, and appending to it without moving an old id."""

import dataclasses
import functools
import gzip
import hashlib
import itertools
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tfmling import files

PAD, UNK, CLS, SEP, MASK = SPECIAL_PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CONTINUATION = "##"


class VocabularyError(ValueError):
    """A vocabulary, counted words or their settings that cannot be used; meant for a person."""


def is_character(piece: str) -> bool:
    """Whether a piece is one character, at the beginning of a word or within it."""
    return len(piece.removeprefix(CONTINUATION)) == 1


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """Pieces in the order of their ids.

    Attributes:
        pieces: piece of id 0, 1, ...; one that continues a word begins with `##`.
        lowercase: whether text is lower-cased and stripped of accents before it is cut.

    Raises:
        VocabularyError: a piece that is there twice, is empty or holds a line break, or a special
            piece that is missing.
    """

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

    @functools.cached_property
    def _ids(self) -> Mapping[str, int]:
        return MappingProxyType({piece: number for number, piece in enumerate(self.pieces)})

    def __len__(self) -> int:
        return len(self.pieces)

    def __contains__(self, piece: object) -> bool:
        return piece in self._ids

    def id_of(self, piece: str) -> int:
        """The id of a piece; KeyError where the vocabulary does not have it."""
        return self._ids[piece]

    @property
    def pad_id(self) -> int:
        """Fills up short rows."""
        return self.id_of(PAD)

    @property
    def unk_id(self) -> int:
        """Stands for a word that no pieces make up."""
        return self.id_of(UNK)

    @property
    def cls_id(self) -> int:
        """Begins every input."""
        return self.id_of(CLS)

    @property
    def sep_id(self) -> int:
        """Ends every segment."""
        return self.id_of(SEP)

    @property
    def mask_id(self) -> int:
        """Replaces a piece that is to be predicted."""
        return self.id_of(MASK)

    @functools.cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file that `write` writes (as `sha256sum vocab.txt` prints)."""
        return hashlib.sha256(self._as_text().encode()).hexdigest()

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

    def write(self, path: str) -> None:
        """Writes a piece a line, in UTF-8."""
        files.write_text(path, self._as_text())

    def _as_text(self) -> str:
        return "".join(f"{piece}\n" for piece in self.pieces)

    @classmethod
    def read(cls, path: str, lowercase: bool) -> "Vocabulary":
        """Reads a piece a line; VocabularyError names the file and what is wrong in it.

        A file whose name ends in .gz is decompressed.
        """
        lines = _read_text(path).removesuffix("\n").split("\n")
        try:
            return cls(tuple(line.removesuffix("\r") for line in lines), lowercase)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: {error}") from None


def _read_text(path: str) -> str:
    if not path.endswith(".gz"):
        return files.read_text(path)
    with files.open_binary(path) as file:
        return gzip.decompress(file.read()).decode()
