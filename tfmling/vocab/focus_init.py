"""Rows for new pieces from the old pieces that are used like them: FOCUS.

Dobler and de Melo (2023), "FOCUS: Effective Embedding Initialization for Monolingual Specialization
of Multilingual Models". There the vocabulary is replaced; here it grows, so every old piece that
the new language's text holds is an overlapping one.

Shapes: N new pieces, V old pieces, O overlapping pieces, D width, E width of the static vectors.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

from tfmling.records import tfrecord
from tfmling.records.folder import shards
from tfmling.records.schemas import sentence
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer
from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    WordPieceVocabulary,
    require_word_piece,
)
from tfmling.vocab.embedding_init import SubwordMeanInitializer
from tfmling.vocab.settings import FocusInit
from tfmling.vocab.sparsemax import sparsemax
from tfmling.vocab.static_vectors import PieceVectors

_BLOCK = 256  # new pieces compared at a time, so that memory holds a block's cosines only


class FocusInitializer:
    """A sparse mean of old rows, weighted by likeness of static vectors trained on the new text.

    The static vectors of all pieces come from text of the new language, cut by the longer
    vocabulary. A new piece gets the old rows of the overlapping pieces whose vectors are like its
    own: weights are the sparsemax of the cosines. A piece too rare for a vector gets the mean of
    the old pieces it was split into before.
    """

    def __init__(self, settings: FocusInit):
        self.settings = settings

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Rows [N, D] float32.

        Raises:
            ValueError: the records hold no sentence of the settings' languages, no piece occurs
                often enough, or the text holds no old piece.
        """
        own = require_word_piece(old, "embedding_init.kind focus")
        rows_ND = SubwordMeanInitializer()(pieces, own, table_VD, seed)
        vectors = PieceVectors(
            self._sentences(own.with_pieces(pieces)), self.settings.vectors, seed
        )
        overlapping = [n for n in vectors.known(own.pieces) if own.pieces[n] not in SPECIAL_PIECES]
        new = vectors.known(pieces)
        if not overlapping:
            raise ValueError("embedding_init: no piece of the base occurs in the text")
        old_OE = vectors([own.pieces[n] for n in overlapping])
        for start in range(0, len(new), _BLOCK):
            block = new[start : start + _BLOCK]
            cosine_NO = vectors([pieces[n] for n in block]) @ old_OE.T
            rows_ND[block] = sparsemax(cosine_NO) @ table_VD[overlapping]
        return rows_ND

    def _sentences(self, vocabulary: WordPieceVocabulary) -> list[list[str]]:
        """The pieces of each sentence of the new languages."""
        tokenizer = WordPieceTokenizer(vocabulary)
        cut: list[list[str]] = []
        for texts in self._texts():
            cut += [[vocabulary.pieces[n] for n in ids] for ids in tokenizer(texts).to_list()]
        if not cut:
            raise ValueError(
                f"embedding_init: no sentences of {self.settings.languages} in "
                f"{self.settings.records}; expected records that build_monolingual wrote"
            )
        return cut

    def _texts(self) -> Iterator[tf.Tensor]:
        for folder in self.settings.records:
            for language, paths in shards(folder, "sentences").items():
                if language in self.settings.languages:
                    for path in paths:
                        records = tf.constant(list(tfrecord.read(path)), tf.string)
                        yield sentence.parse(records)["text"]
