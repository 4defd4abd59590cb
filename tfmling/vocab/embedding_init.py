"""Initial embeddings of new pieces. This module has the initializers that need no data.

Every initializer is called as `initializer(pieces, old, table_VD, seed)` with the new pieces, the
old vocabulary and its embedding table, and returns float32 [N, D].

Shapes: N new pieces, V old pieces, D width.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary

EmbeddingInitializer = Callable[[Sequence[str], SubwordVocabulary, np.ndarray, int], np.ndarray]

STDDEV = 0.02  # BERT's initializer_range


class RandomInitializer:
    """N(0, 0.02), truncated at two standard deviations, as in BERT and EXTEND (2004.13640).

    An embedding depends on the seed and on the id of its piece, so that extending twice gives the
    same embeddings as extending once by all pieces, and never repeats an embedding.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> old = WordPieceVocabulary(SPECIAL_PIECES, lowercase=True)
        >>> RandomInitializer()(["maji"], old, np.zeros((5, 4)), seed=1).shape
        (1, 4)
    """

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Embeddings [N, D] float32."""
        new_ND: np.ndarray = np.zeros((len(pieces), table_VD.shape[1]), np.float32)
        for row in range(len(pieces)):
            new_ND[row] = _truncated_normal((seed, len(old) + row), table_VD.shape[1])
        return new_ND * np.float32(STDDEV)


def _truncated_normal(seed: tuple[int, int], width: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    values_D = generator.standard_normal(width)
    while (outside := np.abs(values_D) > 2).any():
        values_D[outside] = generator.standard_normal(int(outside.sum()))
    return values_D


class SubwordMeanInitializer:
    """The mean embedding of the old pieces that a new piece used to be split into.

    Random if the old vocabulary cannot spell the piece.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> old = WordPieceVocabulary((*SPECIAL_PIECES, "ma", "##ji"), lowercase=True)
        >>> SubwordMeanInitializer()(["maji"], old, np.arange(7.0)[:, None], seed=1).tolist()
        [[5.5]]
    """

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Embeddings [N, D] float32."""
        new_ND = RandomInitializer()(pieces, old, table_VD, seed)
        for row, piece in enumerate(pieces):
            if parts := split_into_old_pieces(piece, old):
                new_ND[row] = table_VD[parts].mean(axis=0)
        return new_ND


def split_into_old_pieces(piece: str, old: SubwordVocabulary) -> list[int]:
    """Split a piece by greedy longest match under the old vocabulary.

    The inside of a word, `##x`, is split into parts that all carry `##`.

    Returns:
        The ids of the parts, or [] if a part is unknown.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> old = WordPieceVocabulary((*SPECIAL_PIECES, "ma", "##ji"), lowercase=True)
        >>> split_into_old_pieces("maji", old)
        [5, 6]
    """
    prefix = old.CONTINUATION if piece.startswith(old.CONTINUATION) else ""
    rest = piece.removeprefix(old.CONTINUATION)
    parts: list[int] = []
    while rest:
        lengths = range(len(rest), 0, -1)
        length = next((n for n in lengths if prefix + rest[:n] in old), 0)
        if not length:
            return []
        parts.append(old.piece_to_id(prefix + rest[:length]))
        prefix, rest = old.CONTINUATION, rest[length:]
    return parts
