"""Rows for new pieces from the old pieces of their dictionary translations.

Shapes: N new pieces, V old pieces, D width.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import UNK, WordPieceVocabulary, require_word_piece
from tfmling.vocab.dictionary import Entry
from tfmling.vocab.embedding_init import SubwordMeanInitializer

# by new piece: translations of words that are this piece alone, and of words that it is a part of
_Found = dict[str, list[tuple[np.ndarray, float]]]


class DictionaryInitializer:
    """The weighted mean of a new piece's translations, each being the mean of its old rows.

    A piece that is a word of the dictionary takes that word's translations. A piece that only
    occurs within words takes theirs, an entry of k pieces counting 1/k. A piece that occurs in no
    word gets the mean of the old pieces it was split into before.
    """

    def __init__(self, entries: Sequence[Entry]):
        self.entries = entries

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Rows [N, D] float32."""
        own = require_word_piece(old, "embedding_init.kind dictionary")
        rows_ND = SubwordMeanInitializer()(pieces, own, table_VD, seed)
        as_word, as_part = self._translations(own.with_pieces(pieces), own, table_VD)
        for row, piece in enumerate(pieces):
            if found := as_word.get(piece) or as_part.get(piece):
                vectors, weights = zip(*found, strict=True)
                rows_ND[row] = np.average(vectors, axis=0, weights=weights)
        return rows_ND

    def _translations(
        self, new: WordPieceVocabulary, old: WordPieceVocabulary, table_VD: np.ndarray
    ) -> tuple[_Found, _Found]:
        as_word: _Found = defaultdict(list)
        as_part: _Found = defaultdict(list)
        for entry in self.entries:
            own = new.tokenize(entry.new)
            others = old.tokenize(entry.old)
            if UNK not in others and others:
                vector = table_VD[[old.piece_to_id(piece) for piece in others]].mean(axis=0)
                into = as_word if len(own) == 1 else as_part
                for piece in own:
                    into[piece].append((vector, entry.weight / len(own)))
        return as_word, as_part
