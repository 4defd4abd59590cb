"""The base class of vocabularies: pieces in the order of their ids, five of them special.

`WordPieceVocabulary` is BERT's, `SentencePieceVocabulary` XLM-R's. Code that is typed with the base
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
    """A vocabulary, word counts, or settings of a vocabulary that cannot be used.

    Example:
        >>> raise VocabularyError("vocab.txt: line 3: 'ha' is repeated")
        Traceback (most recent call last):
            ...
        tfmling.tokenizers.subword_vocabulary.VocabularyError: vocab.txt: line 3: 'ha' is repeated
    """


class SubwordVocabulary(abc.ABC):
    """Maps subword pieces to ids.

    Attributes:
        FILE: name of its file in an encoder folder.
        CONTINUATION: prefix of a piece within a word; "" if there is none.
        SPECIAL_PIECES: padding, unknown, start, separator and mask.
        pieces: the piece of id 0, 1, ...
        lowercase: whether text is lower-cased before it is tokenized.

    Example:
        >>> vocabulary = encoder.vocabulary
        >>> vocabulary.pieces[5], vocabulary.piece_to_id("a"), vocabulary.mask_id
        ('a', 5, 4)
    """

    FILE: ClassVar[str]
    CONTINUATION: ClassVar[str]
    SPECIAL_PIECES: ClassVar[tuple[str, str, str, str, str]]
    pieces: tuple[str, ...]
    lowercase: bool

    @functools.cached_property
    def _ids(self) -> Mapping[str, int]:
        return MappingProxyType({piece: number for number, piece in enumerate(self.pieces)})

    def __len__(self) -> int:
        return len(self.pieces)

    def __contains__(self, piece: object) -> bool:
        return piece in self._ids

    def piece_to_id(self, piece: str) -> int:
        """The id of a piece; raises KeyError if the vocabulary does not contain it."""
        return self._ids[piece]

    @property
    def pad_id(self) -> int:
        """Id of the padding piece."""
        return self.piece_to_id(self.SPECIAL_PIECES[0])

    @property
    def unk_id(self) -> int:
        """Id of the piece for text that no other piece covers."""
        return self.piece_to_id(self.SPECIAL_PIECES[1])

    @property
    def cls_id(self) -> int:
        """Id of the piece that starts every input."""
        return self.piece_to_id(self.SPECIAL_PIECES[2])

    @property
    def sep_id(self) -> int:
        """Id of the piece that ends every segment."""
        return self.piece_to_id(self.SPECIAL_PIECES[3])

    @property
    def mask_id(self) -> int:
        """Id of the piece that masks a piece to be predicted."""
        return self.piece_to_id(self.SPECIAL_PIECES[4])

    @functools.cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the vocabulary file, as `sha256sum` prints it."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    def write(self, path: str) -> None:
        """Write the file that `read` reads."""
        files.write_bytes(path, self.as_bytes())

    @abc.abstractmethod
    def as_bytes(self) -> bytes:
        """The content of the vocabulary file."""

    @abc.abstractmethod
    def tokenize(self, text: str) -> list[str]:
        """Split a text into pieces, without TensorFlow; the same as the vocabulary's tokenizer."""

    @abc.abstractmethod
    def tokenize_word(self, word: str) -> list[str]:
        """Split a word that `tfmling.text.words.split_words` returned into pieces."""

    @abc.abstractmethod
    def continues_word(self, piece: str) -> bool:
        """Whether a piece continues a word rather than starting one."""

    @abc.abstractmethod
    def is_character(self, piece: str) -> bool:
        """Whether a piece is a single character, which unseen words may need."""

    @abc.abstractmethod
    def from_word_piece(self, learned: str) -> str:
        """Convert a piece from WordPiece's spelling (`ha`, `##ba`) to this vocabulary's."""

    @abc.abstractmethod
    def normalize_word(self, word: str) -> list[str]:
        """Normalize a counted word before it is tokenized; usually returns one word."""

    @abc.abstractmethod
    def with_pieces(self, new_pieces: Mapping[str, float]) -> "SubwordVocabulary":
        """A vocabulary with the missing pieces appended in order; existing ids do not change.

        Args:
            new_pieces: pieces and their scores; WordPiece ignores the scores.
        """

    @abc.abstractmethod
    def padded_to(self, size: int) -> "SubwordVocabulary":
        """A vocabulary of `size` pieces, filled up with pieces that occur in no text."""

    @abc.abstractmethod
    def is_extension_of(self, size: int, sha256: str) -> bool:
        """Whether the first `size` pieces form the vocabulary with this hash."""
