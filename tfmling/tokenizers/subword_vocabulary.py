"""What every vocabulary is: pieces in the order of their ids, five of them special.

`Vocabulary` is WordPiece, BERT's; `SentencePieceVocabulary` is XLM-R's. What is written for this
class works with both.
"""

import abc
import functools
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from tfmling.core import files
from tfmling.core.errors import InputError


class VocabularyError(InputError, ValueError):
    """A vocabulary, counted words or their settings that cannot be used; meant for a person."""


class SubwordVocabulary(abc.ABC):
    """Base of all vocabularies.

    Attributes:
        FILE: what its file is called in a folder.
        INSIDE: the mark of a piece within a word; "" where there is none.
        SPECIAL: the pieces of `pad_id`, `unk_id`, `cls_id`, `sep_id` and `mask_id`.
        pieces: piece of id 0, 1, ...
        lowercase: whether text is lower-cased before it is cut.
    """

    FILE: ClassVar[str]
    INSIDE: ClassVar[str]
    SPECIAL: ClassVar[tuple[str, str, str, str, str]]
    pieces: tuple[str, ...]
    lowercase: bool

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
        return self.id_of(self.SPECIAL[0])

    @property
    def unk_id(self) -> int:
        """Stands for what no pieces make up."""
        return self.id_of(self.SPECIAL[1])

    @property
    def cls_id(self) -> int:
        """Begins every input."""
        return self.id_of(self.SPECIAL[2])

    @property
    def sep_id(self) -> int:
        """Ends every segment."""
        return self.id_of(self.SPECIAL[3])

    @property
    def mask_id(self) -> int:
        """Replaces a piece that is to be predicted."""
        return self.id_of(self.SPECIAL[4])

    @functools.cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file that `write` writes (as `sha256sum` prints)."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    def write(self, path: str) -> None:
        """Writes the file that `read` reads."""
        files.write_bytes(path, self.as_bytes())

    @abc.abstractmethod
    def as_bytes(self) -> bytes:
        """What the file holds."""

    @abc.abstractmethod
    def continues_word(self, piece: str) -> bool:
        """Whether a piece stands within a word; False where it begins one."""

    @abc.abstractmethod
    def is_character(self, piece: str) -> bool:
        """Whether a piece is one character, which words to come may need."""

    @abc.abstractmethod
    def spelled(self, learned: str) -> str:
        """How a piece that was learned (`ha`, within a word `##ba`) is written here."""

    @abc.abstractmethod
    def normalized(self, word: str) -> list[str]:
        """What becomes of a counted word before it is cut: in general one word."""

    @abc.abstractmethod
    def extended(self, new_pieces: Mapping[str, float]) -> "SubwordVocabulary":
        """Appends the pieces that are missing, in their order; the ids of all others stay.

        Args:
            new_pieces: with their scores, where it matters how likely a piece is.
        """

    @abc.abstractmethod
    def padded(self, size: int) -> "SubwordVocabulary":
        """Appends pieces that no text holds, up to `size` pieces."""

    @abc.abstractmethod
    def begins_with(self, size: int, sha256: str) -> bool:
        """Whether the first `size` pieces are a vocabulary of that hash, which this one extends."""
