"""Embeddings of new pieces from a translation lexicon that IBM Model 1 learns from bitext.

Shapes: N new pieces, V old pieces, D width.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmling.alignment.lexicon import Lexicon
from tfmling.records import tfrecord
from tfmling.records.folder import RecordsError, shards
from tfmling.records.read_records import languages_of_pairs
from tfmling.records.schemas import sentence_pair
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary, require_word_piece
from tfmling.vocab.embedding_init import SubwordMeanInitializer
from tfmling.vocab.settings import LexiconInit

MAX_PIECES = 100  # longer sentences have vague alignments, at a cost that grows quadratically


class LexiconInitializer:
    """The mean of the old embeddings of a new piece's translations, weighted by their probability.

    IBM Model 1 (Brown et al. 1993) learns t(old piece | new piece) from sentence pairs. A piece
    without translations gets the mean of the old pieces it used to be split into.

    Example:
        >>> from tfmling.core import manifest
        >>> path = "pairs/sentence_pairs/en-sw-00000-of-00001.tfrecord"
        >>> count = tfrecord.write(path, [sentence_pair.encode("dog", "mbwa", "en", "sw")])
        >>> manifest.write_manifest("pairs", command="build_bitext")
        >>> special = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
        >>> old = WordPieceVocabulary((*special, "dog", "cat"), lowercase=True)
        >>> settings = LexiconInit(kind="lexicon", records=["pairs"], language="sw")
        >>> LexiconInitializer(settings)(["mbwa"], old, np.arange(7.0)[:, None], seed=1).tolist()
        [[5.0]]
    """

    def __init__(self, settings: LexiconInit):
        self.settings = settings

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Embeddings [N, D] float32.

        Raises:
            RecordsError: the records contain no pair with the settings' language.
        """
        own = require_word_piece(old, "embedding_init.kind lexicon")
        new_ND = SubwordMeanInitializer()(pieces, own, table_VD, seed)
        for piece, (translations, weights) in self._learn_lexicon(pieces, own).items():
            if piece >= len(own):
                share = (weights / weights.sum()).astype(np.float32)
                new_ND[piece - len(own)] = share @ table_VD[translations]
        return new_ND

    def _learn_lexicon(
        self, pieces: Sequence[str], old: WordPieceVocabulary
    ) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        new_texts, old_texts = self._read_texts()
        new_ids = WordPieceTokenizer(old.with_pieces(pieces))(tf.constant(new_texts)).to_list()
        old_ids = WordPieceTokenizer(old)(tf.constant(old_texts)).to_list()
        pairs = [
            pair for pair in zip(new_ids, old_ids, strict=True) if max(map(len, pair)) <= MAX_PIECES
        ]
        lexicon = Lexicon(
            [new for new, _ in pairs], [old for _, old in pairs], self.settings.iterations
        )
        return lexicon.translations(self.settings.min_probability)

    def _read_texts(self) -> tuple[list[bytes], list[bytes]]:
        """Sentences in the new language, and their translations."""
        new_texts: list[bytes] = []
        old_texts: list[bytes] = []
        known: set[str] = set()
        for folder in self.settings.records:
            paths = shards(folder, "sentence_pairs")
            for key, languages in languages_of_pairs(folder).items():
                known.update(languages)
                if self.settings.language in languages:
                    new_is_source = languages[0] == self.settings.language
                    for path in paths[key]:
                        sides = _read_sides(path)
                        new_texts += sides[not new_is_source]
                        old_texts += sides[new_is_source]
        if not new_texts:
            raise RecordsError(
                f"embedding_init.language: no sentence pairs with {self.settings.language!r} in "
                f"{self.settings.records}; their languages are {', '.join(sorted(known)) or 'none'}"
            )
        return new_texts, old_texts


def _read_sides(path: str) -> tuple[list[bytes], list[bytes]]:
    parsed = sentence_pair.parse(tf.constant(list(tfrecord.read(path)), tf.string))
    return list(parsed["source"].numpy()), list(parsed["target"].numpy())
