"""XLM-R's vocabulary: a SentencePiece model with fairseq's ids.

Kudo and Richardson 2018 (1808.06226); Conneau et al. 2020 (1911.02116). A SentencePiece model
numbers <unk>, <s>, </s> first. XLM-R numbers <s>, <pad>, </s>, <unk>, then the model's other
pieces, then <mask>.
"""

import itertools
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from tfmling.core import files
from tfmling.tokenizers.sentence_piece_proto import CONTROL, NORMAL, SentencePieceModel
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError
from tfmling.tokenizers.word_piece_vocabulary import CONTINUATION

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

WORD_START = "▁"
PAD, UNK, CLS, SEP, MASK = "<pad>", "<unk>", "<s>", "</s>", "<mask>"
FIRST_PIECES = (CLS, PAD, SEP, UNK)
_UNUSED = "<unused {}>"  # occurs in no text, since learned pieces contain no space
MODEL_SPECIALS = (UNK, CLS, SEP)  # ids 0, 1, 2 of a model


class SentencePieceVocabulary(SubwordVocabulary):
    """The pieces of a SentencePiece model; those that start a word begin with `▁`.

    The scores in the model decide how text is split. In an extended model, <mask> is a control
    piece that keeps its id, and new pieces follow it.

    Args:
        model: the bytes of a `sentencepiece.bpe.model`.

    Attributes:
        model: the same bytes.
        pieces: in the order of XLM-R's ids, which are the model's ids plus one.
        lowercase: whether the model's normalizer lower-cases text.

    Raises:
        VocabularyError: if this is not a SentencePiece model with XLM-R's special pieces.

    Example:
        >>> model = SentencePieceModel()
        >>> for piece, kind in (("<unk>", 2), ("<s>", CONTROL), ("</s>", CONTROL), ("▁ha", NORMAL)):
        ...     _ = model.pieces.add(piece=piece, score=0.0, type=kind)
        >>> vocabulary = SentencePieceVocabulary(model.SerializeToString())
        >>> vocabulary.tokenize("ha ha"), vocabulary.piece_to_id("▁ha")
        (['▁ha', '▁ha'], 4)
    """

    FILE: ClassVar = "sentencepiece.bpe.model"
    CONTINUATION: ClassVar = ""
    SPECIAL_PIECES: ClassVar = (PAD, UNK, CLS, SEP, MASK)

    def __init__(self, model: bytes):
        self.model = model
        self._processor = processor = _processor(model)
        own = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
        if tuple(own[: len(MODEL_SPECIALS)]) != MODEL_SPECIALS:
            raise VocabularyError(
                f"expected a SentencePiece model that begins {', '.join(MODEL_SPECIALS)}, as "
                f"XLM-R's, got one that begins {', '.join(own[:3])}"
            )
        last = () if MASK in own else (MASK,)
        self.pieces = (*FIRST_PIECES, *own[len(MODEL_SPECIALS) :], *last)
        self.lowercase = processor.normalize("A").endswith("a")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SentencePieceVocabulary) and self.model == other.model

    def __hash__(self) -> int:
        return hash(self.model)

    def tokenize(self, text: str) -> list[str]:
        """Split a text into pieces; it is composed (NFC) first, as in `SubwordTokenizer`."""
        ids = self._processor.encode(unicodedata.normalize("NFC", text))
        return [self.pieces[number + 1] if number else UNK for number in ids]  # + 1 for <pad>

    def tokenize_word(self, word: str) -> list[str]:
        """Split a word into pieces, as `tokenize` does."""
        return self.tokenize(word)

    def continues_word(self, piece: str) -> bool:
        """Whether a piece lacks the `▁` of a word's start; <unk> follows a `▁` of its own."""
        return not piece.startswith(WORD_START) and piece not in (PAD, CLS, SEP, MASK)

    def is_character(self, piece: str) -> bool:
        """Whether a piece is a single character without `▁`."""
        return len(piece) == 1

    def from_word_piece(self, learned: str) -> str:
        """`▁ha` for `ha`, `ba` for `##ba`."""
        if learned.startswith(CONTINUATION):
            return learned.removeprefix(CONTINUATION)
        return WORD_START + learned

    def normalize_word(self, word: str) -> list[str]:
        """Compose a word (NFC) and apply the model's normalizer, which may split it."""
        normal = self._processor.normalize(unicodedata.normalize("NFC", word))
        return [part for part in normal.split(WORD_START) if part]

    def with_pieces(self, new_pieces: Mapping[str, float]) -> "SentencePieceVocabulary":
        """A vocabulary with the missing pieces and scores appended; existing ids do not change.

        A new piece changes how any text that contains it is split if that split is likelier, in
        the old languages too.
        """
        model = SentencePieceModel.FromString(self.model)
        added = {piece: score for piece, score in new_pieces.items() if piece not in self}
        if added:
            _add_mask(model)
        for piece, score in added.items():
            model.pieces.add(piece=piece, score=score, type=NORMAL)
        return SentencePieceVocabulary(model.SerializeToString())

    def padded_to(self, size: int) -> "SentencePieceVocabulary":
        """A vocabulary of `size` pieces, filled up with control pieces that occur in no text."""
        if size < len(self):
            raise VocabularyError(f"cannot pad {len(self):,} pieces to {size:,}; expected more")
        model = SentencePieceModel.FromString(self.model)
        if size > len(self):
            _add_mask(model)
        names = (_UNUSED.format(number) for number in itertools.count(1))
        unknown = (name for name in names if name not in self)
        for name in itertools.islice(unknown, size - len(self)):
            model.pieces.add(piece=name, score=0.0, type=CONTROL)
        return SentencePieceVocabulary(model.SerializeToString())

    def is_extension_of(self, size: int, sha256: str) -> bool:
        """Whether the first `size` pieces form the vocabulary with this hash."""
        if not self.mask_id < size <= len(self):  # every vocabulary includes <mask>
            return False
        model = SentencePieceModel.FromString(self.model)
        del model.pieces[size - 1 :]  # - 1: the model has no <pad>
        if model.pieces[-1].piece == MASK:
            del model.pieces[-1]  # an extended model has it, the original does not
        return SentencePieceVocabulary(model.SerializeToString()).sha256 == sha256

    def as_bytes(self) -> bytes:
        """The bytes of the model."""
        return self.model

    @classmethod
    def read(cls, path: str) -> "SentencePieceVocabulary":
        """Read a model file; a VocabularyError names the file and what is wrong with it."""
        with files.open_binary(path) as file:
            model = file.read()
        try:
            return cls(model)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: {error}") from None


def is_unused(piece: str) -> bool:
    """Whether `padded_to` appended this piece.

    Example:
        >>> is_unused("<unused 1>"), is_unused("unused")
        (True, False)
    """
    prefix, _, end = _UNUSED.partition("{}")
    return piece.startswith(prefix) and piece.endswith(end)


def _add_mask(model: SentencePieceModel) -> None:
    """Make <mask> a piece of the model, so that it keeps its id when pieces are appended."""
    if not any(piece.piece == MASK for piece in model.pieces):
        model.pieces.add(piece=MASK, score=0.0, type=CONTROL)


def _processor(model: bytes) -> "SentencePieceProcessor":
    from sentencepiece import SentencePieceProcessor  # Beam workers do not have it

    try:
        return SentencePieceProcessor(model_proto=model)
    except RuntimeError as error:
        raise VocabularyError(f"expected a SentencePiece model: {error}") from None
