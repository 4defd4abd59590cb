"""XLM-R's vocabulary: a SentencePiece model, with the ids that fairseq gave its pieces.

Kudo and Richardson 2018 (1808.06226); Conneau et al. 2020 (1911.02116). The model's own ids begin
<unk>, <s>, </s>; XLM-R's begin <s>, <pad>, </s>, <unk>, then come the model's pieces, last
<mask>.
"""

import itertools
import unicodedata
from collections.abc import Mapping
from typing import ClassVar

import sentencepiece

from tfmling.core import files
from tfmling.tokenizers.sentence_piece_proto import CONTROL, NORMAL, SentencePieceModel
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError
from tfmling.tokenizers.vocabulary import CONTINUATION

WORD_START = "▁"
PAD, UNK, CLS, SEP, MASK = "<pad>", "<unk>", "<s>", "</s>", "<mask>"
FIRST_PIECES = (CLS, PAD, SEP, UNK)
_UNUSED = "<unused {}>"  # a piece never holds a space: no text has it
MODEL_SPECIALS = (UNK, CLS, SEP)  # ids 0, 1, 2 of a model


class SentencePieceVocabulary(SubwordVocabulary):
    """The pieces of a SentencePiece model; those that begin a word begin with `▁`.

    How a word is cut is decided by the pieces' scores, which lie in the model. In a model that was
    extended, <mask> is a control piece with the id it has always had, and new pieces come behind.

    Args:
        model: what a `sentencepiece.bpe.model` holds.

    Attributes:
        model: the same.
        pieces: in the order of XLM-R's ids, one more than the model's.
        lowercase: whether the model's own normaliser lower-cases.

    Raises:
        VocabularyError: no SentencePiece model, or one with other specials than XLM-R's.
    """

    FILE: ClassVar = "sentencepiece.bpe.model"
    INSIDE: ClassVar = ""
    SPECIAL: ClassVar = (PAD, UNK, CLS, SEP, MASK)

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

    def continues_word(self, piece: str) -> bool:
        """Whether a piece does not begin with `▁`; <unk> is within a word, behind its `▁`."""
        return not piece.startswith(WORD_START) and piece not in (PAD, CLS, SEP, MASK)

    def is_character(self, piece: str) -> bool:
        """Whether a piece is one character, within a word; at its beginning `▁` stands before."""
        return len(piece) == 1

    def spelled(self, learned: str) -> str:
        """`▁ha` for a learned `ha`, `ba` for `##ba`."""
        is_inside = learned.startswith(CONTINUATION)
        return learned.removeprefix(CONTINUATION) if is_inside else WORD_START + learned

    def normalized(self, word: str) -> list[str]:
        """The words that the model's normaliser makes of a word, once it is composed (NFC)."""
        normal = self._processor.normalize(unicodedata.normalize("NFC", word))
        return [part for part in normal.split(WORD_START) if part]

    def extended(self, new_pieces: Mapping[str, float]) -> "SentencePieceVocabulary":
        """Appends the pieces that are missing with their scores; the ids of all others stay.

        Text that a new piece occurs in is cut by it where that is likelier, old languages' too.
        """
        model = SentencePieceModel.FromString(self.model)
        added = {piece: score for piece, score in new_pieces.items() if piece not in self}
        if added and not any(piece.piece == MASK for piece in model.pieces):
            model.pieces.add(piece=MASK, score=0.0, type=CONTROL)
        for piece, score in added.items():
            model.pieces.add(piece=piece, score=score, type=NORMAL)
        return SentencePieceVocabulary(model.SerializeToString())

    def padded(self, size: int) -> "SentencePieceVocabulary":
        """Appends pieces that no text holds, up to `size` pieces."""
        if size < len(self):
            raise VocabularyError(f"cannot pad {len(self):,} pieces to {size:,}; expected more")
        model = SentencePieceModel.FromString(self.model)
        if size > len(self) and not any(piece.piece == MASK for piece in model.pieces):
            model.pieces.add(piece=MASK, score=0.0, type=CONTROL)
        names = (_UNUSED.format(number) for number in itertools.count(1))
        unknown = (name for name in names if name not in self)
        for name in itertools.islice(unknown, size - len(self)):
            model.pieces.add(piece=name, score=0.0, type=CONTROL)
        return SentencePieceVocabulary(model.SerializeToString())

    def begins_with(self, size: int, sha256: str) -> bool:
        """Whether the first `size` pieces are a vocabulary of that hash, which this one extends."""
        if not self.mask_id < size <= len(self):  # each has its <mask>
            return False
        model = SentencePieceModel.FromString(self.model)
        del model.pieces[size - 1 :]  # the model has no <pad>
        if model.pieces[-1].piece == MASK:
            del model.pieces[-1]  # there only since something was appended
        return SentencePieceVocabulary(model.SerializeToString()).sha256 == sha256

    def cut(self, text: str) -> list[str]:
        """The pieces of a text, which is composed (NFC) first, as `SubwordTokenizer` does."""
        ids = self._processor.encode(unicodedata.normalize("NFC", text))
        return [self.pieces[number + 1] if number else UNK for number in ids]  # no <pad> there

    def as_bytes(self) -> bytes:
        """The model."""
        return self.model

    @classmethod
    def read(cls, path: str) -> "SentencePieceVocabulary":
        """Reads a model; VocabularyError names the file and what is wrong with it."""
        with files.open_binary(path) as file:
            model = file.read()
        try:
            return cls(model)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: {error}") from None


def is_unused(piece: str) -> bool:
    """Whether a piece is one that `padded` appended."""
    prefix, _, end = _UNUSED.partition("{}")
    return piece.startswith(prefix) and piece.endswith(end)


def _processor(model: bytes) -> sentencepiece.SentencePieceProcessor:
    try:
        return sentencepiece.SentencePieceProcessor(model_proto=model)
    except RuntimeError as error:
        raise VocabularyError(f"expected a SentencePiece model: {error}") from None
