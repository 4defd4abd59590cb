"""XLM-R's tokenizer: the likeliest pieces of a text by a SentencePiece model.

Kudo 2018 (1804.10959); the ids are those of XLM-R (Conneau et al. 2020), see
`SentencePieceVocabulary`. The model normalizes by itself, and its pieces cross no white space.

Shape legend: B texts in the batch, N pieces of all texts.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tensorflow_text as tf_text
from tensorflow_text.core.pybinds import pywrap_model_converter
from tensorflow_text.python.ops import fast_sentencepiece_tokenizer

from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

_CUT = fast_sentencepiece_tokenizer.gen_fast_sentencepiece_tokenizer
_UNKNOWN = 0  # id of the model
_SHIFT = 1  # XLM-R's id of a piece less the model's


class SentencePieceTokenizer(SubwordTokenizer):
    """SentencePiece on string tensors."""

    def __init__(self, vocabulary: SentencePieceVocabulary):
        super().__init__(vocabulary)
        model = pywrap_model_converter.convert_sentencepiece_model(vocabulary.model)
        self._model = tf.constant(np.frombuffer(bytes(model), np.uint8))

    def _pieces(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        ids_N, splits = _CUT.tf_text_fast_sentencepiece_tokenize(
            self._model, text_B, 0, 0, add_bos=False, add_eos=False, reverse=False
        )
        unk_id = self.vocabulary.unk_id
        shifted_N = tf.where(ids_N == _UNKNOWN, unk_id, ids_N + _SHIFT)
        return tf.RaggedTensor.from_row_splits(shifted_N, tf.cast(splits, tf.int64), validate=False)

    def _words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """A word is what stands between white space, with its punctuation.

        A script that is written without spaces has few words.
        """
        ids = self._pieces(text_B)
        within_rows = tf.range(tf.size(ids.values, tf.int64)) - tf.gather(
            ids.row_starts(), ids.value_rowids()
        )
        starts_N = ~tf.gather(self.continues_word, ids.values) | (within_rows == 0)
        words = tf.RaggedTensor.from_row_starts(
            ids.values, tf.where(starts_N)[:, 0], validate=False
        )
        before_N = tf.concat([[0], tf.cumsum(tf.cast(starts_N, tf.int64))], axis=0)
        return tf.RaggedTensor.from_row_splits(
            words, tf.gather(before_N, ids.row_splits), validate=False
        )

    def specials(self, segments: int) -> int:
        """`<s> a </s>`, or `<s> a </s> </s> b </s>`."""
        return 2 * segments

    def _joined(
        self, segments: Sequence[tf.RaggedTensor]
    ) -> tuple[tf.RaggedTensor, tf.RaggedTensor]:
        first, *others = segments
        ends = [self._after_separator(segment) for segment in others]
        return tf_text.combine_segments(
            [first, *ends], self.vocabulary.cls_id, self.vocabulary.sep_id
        )

    def _after_separator(self, segment: tf.RaggedTensor) -> tf.RaggedTensor:
        separators_B1 = tf.fill([segment.nrows(), 1], self.vocabulary.sep_id)
        return tf.concat([tf.RaggedTensor.from_tensor(separators_B1), segment], axis=1)
