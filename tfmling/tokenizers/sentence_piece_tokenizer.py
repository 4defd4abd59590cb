"""XLM-R's tokenizer: the likeliest split of a text under a SentencePiece unigram model.

Kudo 2018 (1804.10959); ids are XLM-R's (Conneau et al. 2020), see `SentencePieceVocabulary`. The
model contains its own normalizer, and its pieces do not cross white space.

Shapes: B texts in the batch, N pieces of all texts.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tensorflow_text as tf_text
from tensorflow_text.core.pybinds import pywrap_model_converter
from tensorflow_text.python.ops import fast_sentencepiece_tokenizer

from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

_OPS = fast_sentencepiece_tokenizer.gen_fast_sentencepiece_tokenizer
_UNKNOWN = 0  # in the model
_SHIFT = 1  # XLM-R's id of a piece minus the model's


class SentencePieceTokenizer(SubwordTokenizer):
    """Tokenizes string tensors with SentencePiece; see `SubwordTokenizer`.

    Example:
        >>> from tfmling.tokenizers.sentence_piece_proto import SentencePieceModel
        >>> model = SentencePieceModel()
        >>> for piece, kind in (("<unk>", 2), ("<s>", 3), ("</s>", 3), ("▁ha", 1), ("ba", 1)):
        ...     _ = model.pieces.add(piece=piece, score=0.0, type=kind)
        >>> vocabulary = SentencePieceVocabulary(model.SerializeToString())
        >>> SentencePieceTokenizer(vocabulary)(tf.constant(["haba ha"])).to_list()
        [[4, 5, 4]]
    """

    def __init__(self, vocabulary: SentencePieceVocabulary):
        super().__init__(vocabulary)
        model = pywrap_model_converter.convert_sentencepiece_model(vocabulary.model)
        self._model = tf.constant(np.frombuffer(bytes(model), np.uint8))

    def _pieces(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        ids_N, splits = _OPS.tf_text_fast_sentencepiece_tokenize(
            self._model, text_B, 0, 0, add_bos=False, add_eos=False, reverse=False
        )
        unk_id = self.vocabulary.unk_id
        shifted_N = tf.where(ids_N == _UNKNOWN, unk_id, ids_N + _SHIFT)
        return tf.RaggedTensor.from_row_splits(shifted_N, tf.cast(splits, tf.int64), validate=False)

    def _words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Words are separated by white space and include punctuation.

        Scripts without spaces have few words.
        """
        ids = self._pieces(text_B)
        position_in_row = tf.range(tf.size(ids.values, tf.int64)) - tf.gather(
            ids.row_starts(), ids.value_rowids()
        )
        starts_N = ~tf.gather(self.continues_word, ids.values) | (position_in_row == 0)
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

    def _add_special_pieces(
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
