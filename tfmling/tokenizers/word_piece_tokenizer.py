"""BERT's tokenizer: basic tokenization, then WordPiece.

It returns the ids of BERT's own tokenization (Devlin et al. 2019) of composed text (NFC) in every
script, with the fast kernels of tensorflow_text.

Shapes: B texts in the batch.
"""

import functools

import numpy as np
import tensorflow as tf
import tensorflow_text as tf_text
from tensorflow_text.core.pybinds import (
    pywrap_fast_wordpiece_tokenizer_model_builder as wordpiece_builder,
)

from tfmling.tokenizers.character_table import build_character_table
from tfmling.tokenizers.normalizer_model import build_normalizer_model
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer
from tfmling.tokenizers.word_piece_vocabulary import (
    CONTINUATION,
    MAX_CHARACTERS_PER_WORD,
    UNK,
    WordPieceVocabulary,
)

# the kernel's limit counts bytes, of which a Thai character has three; ours counts characters
_NO_BYTE_LIMIT = 2**30


class WordPieceTokenizer(SubwordTokenizer):
    """Tokenizes string tensors with WordPiece; see `SubwordTokenizer`.

    Bytes that are not UTF-8 separate words.

    Example:
        >>> tokenizer = WordPieceTokenizer(encoder.vocabulary)
        >>> tokenizer(["ab c"]).to_list()  # the pieces a, ##b and c
        [[5, 22, 7]]
    """

    def __init__(self, vocabulary: WordPieceVocabulary):
        super().__init__(vocabulary)
        self._normalizer = tf_text.FastBertNormalizer(
            model_buffer=tf.constant(_normalizer_model(*vocabulary.split_options))
        )
        self._wordpiece = tf_text.FastWordpieceTokenizer(
            token_out_type=tf.int32, model_buffer=tf.constant(_wordpiece_model(vocabulary))
        )

    def _pieces(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        return self._words(text_B).merge_dims(1, 2)

    def _words(self, text_B: tf.Tensor) -> tf.RaggedTensor:
        """Each punctuation character and each CJK character is a word of its own."""
        words = tf.strings.split(self._normalizer.normalize(text_B))
        is_long = tf.strings.length(words.values, "UTF8_CHAR") > MAX_CHARACTERS_PER_WORD
        return words.with_values(self._wordpiece.tokenize(tf.where(is_long, UNK, words.values)))


@functools.cache
def _normalizer_model(lowercase: bool, strip_accents: bool, split_chinese: bool) -> np.ndarray:
    return build_normalizer_model(build_character_table(lowercase, strip_accents, split_chinese))


def _wordpiece_model(vocabulary: WordPieceVocabulary) -> np.ndarray:
    """The trie of all pieces, uint8; as an array, because a list of bytes takes seconds."""
    model = wordpiece_builder.build_fast_wordpiece_model(
        list(vocabulary.pieces),
        _NO_BYTE_LIMIT,
        CONTINUATION,
        UNK,
        True,  # the input is split into words
        False,  # no detokenization
    )
    return np.frombuffer(model, np.uint8)
