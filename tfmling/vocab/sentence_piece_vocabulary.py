"""XLM-R's vocabulary: a SentencePiece model, with the ids that fairseq gave its pieces.

Kudo and Richardson 2018 (1808.06226); Conneau et al. 2020 (1911.02116). The model's own ids begin
<unk>, <s>, </s>; XLM-R's begin <s>, <pad>, </s>, <unk>, then come the model's pieces, last
<mask>.
"""

from typing import ClassVar

import sentencepiece

from tfmling import files
from tfmling.vocab.subword_vocabulary import SubwordVocabulary, VocabularyError

WORD_START = "▁"
PAD, UNK, CLS, SEP, MASK = "<pad>", "<unk>", "<s>", "</s>", "<mask>"
FIRST_PIECES = (CLS, PAD, SEP, UNK)
MODEL_SPECIALS = (UNK, CLS, SEP)  # ids 0, 1, 2 of a model


class SentencePieceVocabulary(SubwordVocabulary):
    """The pieces of a SentencePiece model; those that begin a word begin with `▁`.

    How a word is cut is decided by the pieces' scores, which lie in the model: pieces cannot be
    appended to it as a list is made longer.

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
    SPECIAL: ClassVar = (PAD, UNK, CLS, SEP, MASK)

    def __init__(self, model: bytes):
        self.model = model
        self._processor = processor = _processor(model)
        own = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
        if tuple(own[: len(MODEL_SPECIALS)]) != MODEL_SPECIALS or MASK in own:
            raise VocabularyError(
                f"expected a SentencePiece model that begins {', '.join(MODEL_SPECIALS)} and has "
                f"no {MASK}, as XLM-R's, got one that begins {', '.join(own[:3])}"
            )
        self.pieces = (*FIRST_PIECES, *own[len(MODEL_SPECIALS) :], MASK)
        self.lowercase = processor.normalize("A").endswith("a")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SentencePieceVocabulary) and self.model == other.model

    def __hash__(self) -> int:
        return hash(self.model)

    def continues_word(self, piece: str) -> bool:
        """Whether a piece does not begin with `▁`; <unk> is within a word, behind its `▁`."""
        return not piece.startswith(WORD_START) and piece not in (PAD, CLS, SEP, MASK)

    def cut(self, text: str) -> list[str]:
        """The pieces of a text."""
        ids = self._processor.encode(text)
        return [self.pieces[number + 1] if number else UNK for number in ids]

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


def _processor(model: bytes) -> sentencepiece.SentencePieceProcessor:
    try:
        return sentencepiece.SentencePieceProcessor(model_proto=model)
    except RuntimeError as error:
        raise VocabularyError(f"expected a SentencePiece model: {error}") from None
