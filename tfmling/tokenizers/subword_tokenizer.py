"""Tokenize texts into pieces, and pack pieces into the inputs of an encoder.

`build_tokenizer` builds the tokenizer of a vocabulary. Training, evaluation and exported graphs use
the same one.

Every tokenizer composes text first (Unicode form NFC), in the graph. Records are composed by
`tfmling.text.normalize`. Without this step, a decomposed test file or request (NFD, as macOS and
many Yoruba keyboards write it) would be split into other pieces than the training text.

Shapes: B texts in the batch, L `max_length`, V pieces in the vocabulary.
"""

import abc
from collections.abc import Sequence

import tensorflow as tf
import tensorflow_text as tf_text

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary


def compose(text_B: tf.Tensor) -> tf.Tensor:
    """Compose texts [B] (Unicode form NFC); bytes that are not UTF-8 do not change.

    tensorflow_text's operation takes half a microsecond for a line of news.

    Example:
        >>> compose(tf.constant(["e\u0301"])).numpy()[0].decode() == "\u00e9"
        True
    """
    return tf_text.normalize_utf8(text_B, "NFC")


class SubwordTokenizer(abc.ABC):
    """Tokenizes string tensors.

    It works eagerly, in `tf.data`, in a `tf.function` and in a SavedModel, which contains the
    vocabulary as a constant. Text such as "[MASK]" is tokenized as ordinary characters and never
    becomes a special piece.

    Attributes:
        vocabulary: the pieces.
        continues_word: bool [V], whether a piece continues a word.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> tokenizer = build_tokenizer(WordPieceVocabulary((*SPECIAL_PIECES, "ha", "##ba"), False))
        >>> tokenizer.pack(tokenizer(tf.constant(["haba"])), max_length=6)["input_word_ids"].numpy()
        array([[2, 5, 6, 3, 0, 0]], dtype=int32)
    """

    def __init__(self, vocabulary: SubwordVocabulary):
        self.vocabulary = vocabulary
        self.continues_word = tf.constant([vocabulary.continues_word(p) for p in vocabulary.pieces])

    def __call__(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Tokenize texts.

        Args:
            text_B: UTF-8 strings [B], composed (NFC) or decomposed.

        Returns:
            ids int32 [B, (pieces)], without special pieces.
        """
        return self._pieces(compose(text_B))

    def words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Tokenize texts and keep the words apart.

        Args:
            text_B: UTF-8 strings [B], composed (NFC) or decomposed.

        Returns:
            ids int32 [B, (words), (pieces)], the same as `__call__` returns.
        """
        return self._words(compose(text_B))

    @abc.abstractmethod
    def _pieces(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Tokenize composed texts; see `__call__`."""

    @abc.abstractmethod
    def _words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Tokenize composed texts into words; see `words`."""

    def is_truncated(self, text_B: tf.Tensor, max_length: int) -> tf.Tensor:
        """Whether `pack` would truncate a text to `max_length`, bool [B]."""
        return self(text_B).row_lengths() + self.specials(1) > max_length

    def specials(self, segments: int) -> int:
        """Number of special pieces that `pack` adds to this number of segments."""
        return 1 + segments

    def pack(
        self,
        ids: tf.RaggedTensor,
        max_length: int | tf.Tensor,
        ids_2: tf.RaggedTensor | None = None,
    ) -> dict[str, tf.Tensor]:
        """Pack pieces into model inputs: [CLS] ids [SEP], or [CLS] ids [SEP] ids_2 [SEP].

        Segments are truncated at their ends, the longer one first.

        Args:
            ids: int32 [B, (pieces)].
            max_length: L, the length of every row, special pieces included; int32 scalar or int.
            ids_2: int32 [B, (pieces)], the second segment.

        Returns:
            `input_word_ids`, padded with [PAD]; `input_mask`, 1 at pieces; `input_type_ids`, 1 at
            the second segment and its [SEP]; each int32 [B, L].

        Raises:
            ValueError: if `max_length` has no room for a piece of each segment.
        """
        word_ids, type_ids = self.combine([ids] if ids_2 is None else [ids, ids_2], max_length)
        word_ids, mask = tf_text.pad_model_inputs(word_ids, max_length, self.vocabulary.pad_id)
        type_ids, _ = tf_text.pad_model_inputs(type_ids, max_length)
        return {"input_word_ids": word_ids, "input_mask": mask, "input_type_ids": type_ids}

    def combine(
        self, segments: Sequence[tf.RaggedTensor], max_length: int | tf.Tensor
    ) -> tuple[tf.RaggedTensor, tf.RaggedTensor]:
        """Word ids and type ids as in `pack`, each int32 [B, (pieces)], without padding.

        Raises:
            ValueError: if `max_length` has no room for a piece of each segment.
        """
        budget = max_length - self.specials(len(segments))
        if not tf.is_tensor(max_length) and budget < len(segments):
            raise ValueError(
                f"expected max_length >= {self.specials(len(segments)) + len(segments)} for "
                f"{len(segments)} segments, got {max_length}"
            )
        return self._add_special_pieces(tf_text.RoundRobinTrimmer(budget).trim(segments))

    def _add_special_pieces(
        self, segments: Sequence[tf.RaggedTensor]
    ) -> tuple[tf.RaggedTensor, tf.RaggedTensor]:
        """Add special pieces to truncated segments; returns word ids and type ids."""
        return tf_text.combine_segments(segments, self.vocabulary.cls_id, self.vocabulary.sep_id)


def round_up_length(longest: int, limit: int) -> int:
    """The next multiple of 16 that is at least `longest`, at most `limit`.

    Few lengths are best: TensorFlow traces and compiles each new shape.

    Example:
        >>> round_up_length(17, 512), round_up_length(17, 20)
        (32, 20)
    """
    return min(-(-longest // 16) * 16, limit)
