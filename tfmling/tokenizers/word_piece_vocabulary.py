"""BERT's WordPiece vocabulary."""

import dataclasses
import functools
import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import ClassVar

from tokenizers import models

from tfmling.core import files
from tfmling.text.words import split_words
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError

PAD, UNK, CLS, SEP, MASK = SPECIAL_PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CONTINUATION = "##"
# a longer word is [UNK], as in BERT's tokenization.py (`max_input_chars_per_word`)
MAX_CHARACTERS_PER_WORD = 100


def is_character(piece: str) -> bool:
    """Whether a piece is a single character, with or without `##`.

    Example:
        >>> is_character("##a"), is_character("ab")
        (True, False)
    """
    return len(piece.removeprefix(CONTINUATION)) == 1


@dataclasses.dataclass(frozen=True)
class WordPieceVocabulary(SubwordVocabulary):
    """Pieces in the order of their ids, as in BERT's `vocab.txt`.

    Attributes:
        pieces: the piece of id 0, 1, ...; one that continues a word begins with `##`.
        lowercase: whether text is lower-cased before it is tokenized.
        strip_accents: whether accents are stripped; None means `lowercase`, as in BERT.
        split_chinese: whether each CJK character is a word of its own, as in BERT.

    Raises:
        VocabularyError: if a piece is repeated, is empty or contains a line break, or if a special
            piece is missing.

    Example:
        >>> vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, "ha", "##ba", "##ri"), False)
        >>> vocabulary.tokenize("habari haha")
        ['ha', '##ba', '##ri', '[UNK]']
        >>> vocabulary.piece_to_id("##ba")
        6
    """

    FILE: ClassVar = "vocab.txt"
    CONTINUATION: ClassVar = CONTINUATION
    SPECIAL_PIECES: ClassVar = SPECIAL_PIECES

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
    def split_options(self) -> tuple[bool, bool, bool]:
        """The arguments `lowercase`, `strip_accents` and `split_chinese` of `split_words`."""
        return self.lowercase, bool(self.strip_accents), self.split_chinese

    @functools.cached_property
    def _model(self) -> models.WordPiece:
        return models.WordPiece(
            dict(self._ids),
            unk_token=UNK,
            max_input_chars_per_word=MAX_CHARACTERS_PER_WORD,
        )

    def tokenize(self, text: str) -> list[str]:
        """Split a text into words and these into pieces."""
        words = split_words(text, *self.split_options)
        return [piece for word in words for piece in self.tokenize_word(word)]

    def tokenize_word(self, word: str) -> list[str]:
        """Split a word by greedy longest match first (Devlin et al. 2019); [UNK] if none match."""
        return [token.value for token in self._model.tokenize(word)]

    def continues_word(self, piece: str) -> bool:
        """Whether a piece begins with `##`."""
        return piece.startswith(CONTINUATION)

    def is_character(self, piece: str) -> bool:
        """Whether a piece is a single character, with or without `##`."""
        return is_character(piece)

    def from_word_piece(self, learned: str) -> str:
        """The piece itself."""
        return learned

    def normalize_word(self, word: str) -> list[str]:
        """The word itself: counted words are already normalized."""
        return [word]

    def is_extension_of(self, size: int, sha256: str) -> bool:
        """Whether the first `size` pieces form the vocabulary with this hash."""
        if size > len(self):
            return False
        return dataclasses.replace(self, pieces=self.pieces[:size]).sha256 == sha256

    def with_pieces(self, new_pieces: Iterable[str]) -> "WordPieceVocabulary":
        """A vocabulary with the missing pieces appended in order; existing ids do not change."""
        added = dict.fromkeys(piece for piece in new_pieces if piece not in self._ids)
        return dataclasses.replace(self, pieces=(*self.pieces, *added))

    def padded_to(self, size: int) -> "WordPieceVocabulary":
        """A vocabulary of `size` pieces, filled up with [unused1], [unused2] and so on."""
        if size < len(self):
            raise VocabularyError(f"cannot pad {len(self):,} pieces to {size:,}; expected more")
        return self.with_pieces(itertools.islice(unused_names(self.pieces), size - len(self)))

    def as_bytes(self) -> bytes:
        """One piece per line, in UTF-8."""
        return "".join(f"{piece}\n" for piece in self.pieces).encode()

    @classmethod
    def read(cls, path: str, lowercase: bool) -> "WordPieceVocabulary":
        """Read a file with one piece per line; a file named *.gz is decompressed.

        Raises:
            VocabularyError: names the file and what is wrong in it.
            NotUtf8Error: if the file is not UTF-8.
        """
        pieces = tuple(line.removesuffix("\r") for line in files.read_lines(path))
        return cls.from_file_pieces(pieces, lowercase, path)

    @classmethod
    def from_file_pieces(
        cls,
        pieces: tuple[str, ...],
        lowercase: bool,
        path: str,
        *,
        strip_accents: bool | None = None,
        split_chinese: bool = True,
    ) -> "WordPieceVocabulary":
        """A vocabulary of the pieces in the file `path`, which a VocabularyError names."""
        try:
            return cls(pieces, lowercase, strip_accents, split_chinese)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: {error}") from None


def unused_names(pieces: Collection[str]) -> Iterator[str]:
    """Yield [unused1], [unused2] and so on, without those in `pieces`.

    Example:
        >>> names = unused_names(["[unused1]"])
        >>> next(names), next(names)
        ('[unused2]', '[unused3]')
    """
    used = set(pieces)
    names = (f"[unused{number}]" for number in itertools.count(1))
    return (name for name in names if name not in used)


def require_word_piece(vocabulary: SubwordVocabulary, feature: str) -> WordPieceVocabulary:
    """Return the vocabulary if it is WordPiece, for features that support no other.

    Raises:
        VocabularyError: if it is a SentencePiece model; the message names `feature`.

    Example:
        >>> require_word_piece(encoder.vocabulary, "trim_vocab") is encoder.vocabulary
        True
    """
    if isinstance(vocabulary, WordPieceVocabulary):
        return vocabulary
    raise VocabularyError(
        f"{feature}: expected an encoder with a WordPiece vocabulary ({WordPieceVocabulary.FILE}), "
        f"got one with {vocabulary.FILE}, a SentencePiece model as XLM-R's. Take a multilingual "
        "BERT"
    )
