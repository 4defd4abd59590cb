"""What every tokenizer is: texts to pieces, and pieces to an encoder's inputs.

`tfmling.tokenizers.build_tokenizer` makes the one that belongs to a vocabulary. Training,
evaluation and the exported graph all cut text with it.

Every tokenizer composes text first (Unicode form NFC), in the graph. Records are composed, since
`tfmling.text.normalize` made them so; without this step, a decomposed test file or request (NFD, as
macOS and many Yoruba keyboards write it) would be cut into other pieces than the training text.

Shape legend: B texts in the batch, L `max_length`, V pieces in the vocabulary.
"""

import abc
from collections.abc import Sequence

import tensorflow as tf
import tensorflow_text as tf_text

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary


def compose(text_B: tf.Tensor) -> tf.Tensor:
    """Texts [B] in Unicode form NFC; bytes that are not UTF-8 stay as they are.

    An operation of tensorflow_text (ICU): about half a microsecond for a line of news.
    """
    return tf_text.normalize_utf8(text_B, "NFC")


class SubwordTokenizer(abc.ABC):
    """Base of all tokenizers.

    Works eagerly, in `tf.data`, in a `tf.function` and in a SavedModel, which then carries the
    vocabulary as a constant and needs no file. Text like "[MASK]" is five ordinary characters and
    never becomes a special piece.

    Attributes:
        vocabulary: the pieces.
        continues_word: bool [V], whether a piece continues a word.
    """

    def __init__(self, vocabulary: SubwordVocabulary):
        self.vocabulary = vocabulary
        self.continues_word = tf.constant([vocabulary.continues_word(p) for p in vocabulary.pieces])

    def __call__(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Cuts texts into pieces.

        Args:
            text_B: UTF-8 strings [B], composed (NFC) or decomposed.

        Returns:
            int32 [B, (pieces)], ids without specials.
        """
        return self._pieces(compose(text_B))

    def words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Cuts texts into words of pieces.

        Args:
            text_B: UTF-8 strings [B], composed (NFC) or decomposed.

        Returns:
            int32 [B, (words), (pieces)]; the same ids in the same order as `__call__` gives.
        """
        return self._words(compose(text_B))

    @abc.abstractmethod
    def _pieces(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """As `__call__`, of composed texts."""

    @abc.abstractmethod
    def _words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """As `words`, of composed texts."""

    def is_truncated(self, text_B: tf.Tensor, max_length: int) -> tf.Tensor:
        """Whether `pack` would cut a text to `max_length`, special pieces included; bool [B]."""
        return self(text_B).row_lengths() + self.specials(1) > max_length

    def specials(self, segments: int) -> int:
        """How many special pieces `pack` adds to so many segments."""
        return 1 + segments

    def pack(
        self,
        ids: tf.RaggedTensor,
        max_length: int | tf.Tensor,
        ids_2: tf.RaggedTensor | None = None,
    ) -> dict[str, tf.Tensor]:
        """Makes model inputs: [CLS] ids [SEP], or [CLS] ids [SEP] ids_2 [SEP].

        What is too long is cut at the end; of two segments, always the longer one.

        Args:
            ids: int32 [B, (pieces)].
            max_length: L, the length of every row, special pieces included; int32 scalar or int.
            ids_2: int32 [B, (pieces)], the second segment.

        Returns:
            input_word_ids (filled up with [PAD]), input_mask (1 where there is a piece) and
            input_type_ids (1 on the second segment and its [SEP]), each int32 [B, L].

        Raises:
            ValueError: `max_length` leaves no place for a piece of each segment.
        """
        word_ids, type_ids = self.combine([ids] if ids_2 is None else [ids, ids_2], max_length)
        word_ids, mask = tf_text.pad_model_inputs(word_ids, max_length, self.vocabulary.pad_id)
        type_ids, _ = tf_text.pad_model_inputs(type_ids, max_length)
        return {"input_word_ids": word_ids, "input_mask": mask, "input_type_ids": type_ids}

    def combine(
        self, segments: Sequence[tf.RaggedTensor], max_length: int | tf.Tensor
    ) -> tuple[tf.RaggedTensor, tf.RaggedTensor]:
        """Word ids and type ids of `pack`, each int32 [B, (pieces)], without padding.

        Raises:
            ValueError: `max_length` leaves no place for a piece of each segment.
        """
        budget = max_length - self.specials(len(segments))
        if not tf.is_tensor(max_length) and budget < len(segments):
            raise ValueError(
                f"expected max_length >= {self.specials(len(segments)) + len(segments)} for "
                f"{len(segments)} segments, got {max_length}"
            )
        return self._joined(tf_text.RoundRobinTrimmer(budget).trim(segments))

    def _joined(
        self, segments: Sequence[tf.RaggedTensor]
    ) -> tuple[tf.RaggedTensor, tf.RaggedTensor]:
        """Segments that fit, with specials, and the type of each piece."""
        return tf_text.combine_segments(segments, self.vocabulary.cls_id, self.vocabulary.sep_id)
