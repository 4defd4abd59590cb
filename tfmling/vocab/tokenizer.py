"""The one tokenizer: training, evaluation and the exported graph all cut text with it.

It gives the ids of BERT's own tokenization (Devlin et al. 2019) in every script, with the fast
kernels of tensorflow_text.

Shape legend: B texts in the batch, L `max_length`, V pieces in the vocabulary.
"""

import functools
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tensorflow_text as tf_text
from tensorflow_text.core.pybinds import (
    pywrap_fast_wordpiece_tokenizer_model_builder as wordpiece_builder,
)

from tfmling.vocab.character_table import character_table
from tfmling.vocab.normalizer_model import normalizer_model
from tfmling.vocab.vocabulary import CONTINUATION, UNK, Vocabulary

# A longer word is [UNK], as in BERT's tokenization.py (`max_input_chars_per_word`). The kernel can
# count bytes only, of which a Thai character has three: its own limit is lifted.
MAX_CHARACTERS_PER_WORD = 100
_NO_BYTE_LIMIT = 2**30


class Tokenizer:
    """BERT's basic tokenization and WordPiece on string tensors.

    Works eagerly, in `tf.data`, in a `tf.function` and in a SavedModel, which then carries the
    vocabulary as a constant and needs no file. Text like "[MASK]" is five ordinary characters and
    never becomes a special piece. Bytes that are not UTF-8 break words.

    Attributes:
        vocabulary: the pieces.
        continues_word: bool [V], whether a piece continues a word (begins with `##`).
    """

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.continues_word = tf.constant([p.startswith(CONTINUATION) for p in vocabulary.pieces])
        self._normalizer = tf_text.FastBertNormalizer(
            model_buffer=tf.constant(_normalizer_model(vocabulary.lowercase))
        )
        self._wordpiece = tf_text.FastWordpieceTokenizer(
            token_out_type=tf.int32, model_buffer=tf.constant(_wordpiece_model(vocabulary))
        )

    def __call__(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Cuts texts into pieces.

        Args:
            text_B: UTF-8 strings [B].

        Returns:
            int32 [B, (pieces)], ids without [CLS] and [SEP].
        """
        return self.words(text_B).merge_dims(1, 2)

    def words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Cuts texts into words of pieces; a punctuation or CJK character is a word of its own.

        Args:
            text_B: UTF-8 strings [B].

        Returns:
            int32 [B, (words), (pieces)]; the same ids in the same order as `__call__` gives.
        """
        words = tf.strings.split(self._normalizer.normalize(text_B))
        is_long = tf.strings.length(words.values, "UTF8_CHAR") > MAX_CHARACTERS_PER_WORD
        return words.with_values(self._wordpiece.tokenize(tf.where(is_long, UNK, words.values)))

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
        budget = max_length - 1 - len(segments)
        if not tf.is_tensor(max_length) and budget < len(segments):
            raise ValueError(
                f"expected max_length >= {1 + 2 * len(segments)} for {len(segments)} segments, "
                f"got {max_length}"
            )
        return tf_text.combine_segments(
            tf_text.RoundRobinTrimmer(budget).trim(segments),
            self.vocabulary.cls_id,
            self.vocabulary.sep_id,
        )


@functools.cache
def _normalizer_model(lowercase: bool) -> np.ndarray:
    return normalizer_model(character_table(lowercase))


def _wordpiece_model(vocabulary: Vocabulary) -> np.ndarray:
    """The trie of all pieces, uint8; as an array, since a list of its bytes takes seconds."""
    model = wordpiece_builder.build_fast_wordpiece_model(
        list(vocabulary.pieces),
        _NO_BYTE_LIMIT,
        CONTINUATION,
        UNK,
        True,  # words are cut already
        False,  # no way back from pieces to text
    )
    return np.frombuffer(model, np.uint8)
