"""Embeddings of new pieces from old pieces that are used alike: FOCUS.

Dobler and de Melo (2023), "FOCUS: Effective Embedding Initialization for Monolingual Specialization
of Multilingual Models". The paper replaces the vocabulary; here it grows, so the overlapping pieces
are the old pieces that occur in the new language's text.

Shapes: N pieces, V old pieces, O overlapping pieces, D width, E width of the static vectors.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from tfmling.core import extras
from tfmling.core.config import ConfigError
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
from tfmling.vocab.settings import FocusInit, StaticVectors

if TYPE_CHECKING:
    from gensim.models import FastText

_BLOCK = 256  # new pieces per block, which bounds the memory for cosines


class FocusInitializer:
    """A sparse mean of old embeddings, weighted by the similarity of static vectors.

    The static vectors of all pieces are trained on text in the new language, tokenized with the
    longer vocabulary. Each new piece gets a mean of the embeddings of overlapping pieces; the
    weights are the sparsemax of the cosines between static vectors. A piece too rare for a static
    vector gets the mean of the old pieces it used to be split into.

    Example:
        >>> from tfmling.core import manifest
        >>> path = "text/sentences/sw-00000-of-00001.tfrecord"
        >>> count = tfrecord.write(path, [sentence.encode("dog mbwa", "sw")])
        >>> manifest.write_manifest("text", command="build_monolingual")
        >>> small = StaticVectors(dim=4, min_count=1)
        >>> settings = FocusInit(kind="focus", records=["text"], languages=["sw"], vectors=small)
        >>> old = WordPieceVocabulary((*SPECIAL_PIECES, "dog", "cat"), lowercase=True)
        >>> FocusInitializer(settings)(["mbwa"], old, np.arange(7.0)[:, None], seed=1).tolist()
        [[5.0]]
    """

    def __init__(self, settings: FocusInit):
        self.settings = settings

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Embeddings [N, D] float32.

        Raises:
            ConfigError: the records contain no sentence in the settings' languages, no piece occurs
                often enough, or no old piece occurs in the text.
        """
        own = require_word_piece(old, "embedding_init.kind focus")
        new_ND = SubwordMeanInitializer()(pieces, own, table_VD, seed)
        sentences = self._read_sentences(own.with_pieces(pieces))
        vectors = PieceVectors(sentences, self.settings.vectors, seed)
        overlapping = [n for n in vectors.known(own.pieces) if own.pieces[n] not in SPECIAL_PIECES]
        frequent = vectors.known(pieces)
        if not overlapping:
            raise ConfigError("embedding_init: no piece of the base occurs in the text")
        old_OE = vectors([own.pieces[n] for n in overlapping])
        for start in range(0, len(frequent), _BLOCK):
            block = frequent[start : start + _BLOCK]
            cosine_NO = vectors([pieces[n] for n in block]) @ old_OE.T
            new_ND[block] = sparsemax(cosine_NO) @ table_VD[overlapping]
        return new_ND

    def _read_sentences(self, vocabulary: WordPieceVocabulary) -> list[list[str]]:
        """The pieces of each sentence in the new languages."""
        tokenizer = WordPieceTokenizer(vocabulary)
        sentences: list[list[str]] = []
        for texts in self._texts():
            sentences += [[vocabulary.pieces[n] for n in ids] for ids in tokenizer(texts).to_list()]
        if not sentences:
            raise ConfigError(
                f"embedding_init: no sentences of {self.settings.languages} in "
                f"{self.settings.records}; expected records that build_monolingual wrote"
            )
        return sentences

    def _texts(self) -> Iterator[tf.Tensor]:
        for folder in self.settings.records:
            for language, paths in shards(folder, "sentences").items():
                if language in self.settings.languages:
                    for path in paths:
                        records = tf.constant(list(tfrecord.read(path)), tf.string)
                        yield sentence.parse(records)["text"]


class PieceVectors:
    """Static vectors of pieces: skip-gram fastText (Bojanowski et al. 2017), trained by gensim.

    Args:
        sentences: the pieces of each sentence.
        settings: width, window, epochs, and which pieces are too rare.
        seed: makes the vectors reproducible.

    Raises:
        MissingPackageError: gensim is not installed (extra `focus`).
        ConfigError: no piece occurs often enough.

    Example:
        >>> sentences = [["maji", "ni", "uhai"], ["maji", "baridi"]]
        >>> vectors = PieceVectors(sentences, StaticVectors(dim=4, min_count=2), seed=1)
        >>> vectors.known(["ni", "maji"])  # only "maji" occurs twice
        [1]
    """

    def __init__(self, sentences: Sequence[Sequence[str]], settings: StaticVectors, seed: int):
        counts = Counter(piece for sentence in sentences for piece in sentence)
        if max(counts.values(), default=0) < settings.min_count:
            raise ConfigError(
                f"embedding_init: no piece occurs {settings.min_count} times in {len(sentences):,} "
                "sentences; provide more text or lower vectors.min_count"
            )
        self._model: FastText = extras.load("gensim.models", "focus").FastText(
            sentences=sentences,
            vector_size=settings.dim,
            window=settings.window,
            epochs=settings.epochs,
            min_count=settings.min_count,
            sg=1,
            workers=1,  # several workers train in a different order each time
            seed=seed,
        )

    def known(self, pieces: Sequence[str]) -> list[int]:
        """The positions of the pieces that have a vector."""
        known = self._model.wv.key_to_index
        return [position for position, piece in enumerate(pieces) if piece in known]

    def __call__(self, pieces: Sequence[str]) -> np.ndarray:
        """Unit vectors [N, E] float32 of pieces that are `known`."""
        return np.stack([self._model.wv.get_vector(piece, norm=True) for piece in pieces])


def sparsemax(scores_NO: np.ndarray) -> np.ndarray:
    """A softmax that gives most entries zero weight (Martins and Astudillo 2016, algorithm 1).

    Returns:
        The point of the probability simplex nearest to each row, float [N, O]. Entries that are 1
        or more below the highest of their row get no weight.

    Example:
        >>> sparsemax(np.array([[0.5, 0.0, -2.0]])).tolist()
        [[0.75, 0.25, 0.0]]
    """
    sorted_NO = -np.sort(-scores_NO, axis=1)
    sums_NO = np.cumsum(sorted_NO, axis=1)
    rank_O = np.arange(1, scores_NO.shape[1] + 1)
    in_support_NO = 1 + rank_O * sorted_NO > sums_NO
    size_N1 = in_support_NO.sum(axis=1, keepdims=True)
    threshold_N1 = (np.take_along_axis(sums_NO, size_N1 - 1, axis=1) - 1) / size_N1
    return np.maximum(scores_NO - threshold_N1, 0)
