"""Rows for new pieces: each class says where a new piece's vector comes from.

Shapes: N new pieces, V old pieces, D width.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary

STDDEV = 0.02  # BERT's initializer_range


class RandomInitializer:
    """N(0, 0.02), truncated at two deviations, as BERT (EXTEND does so, 2004.13640).

    A row depends on the seed and on its piece's id: extending twice gives the rows of extending
    once by all pieces, and never the same rows again.
    """

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Rows [N, D] float32."""
        rows_ND: np.ndarray = np.zeros((len(pieces), table_VD.shape[1]), np.float32)
        for row in range(len(pieces)):
            rows_ND[row] = _truncated_normal((seed, len(old) + row), table_VD.shape[1])
        return rows_ND * np.float32(STDDEV)


def _truncated_normal(seed: tuple[int, int], width: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    values_D = generator.standard_normal(width)
    while (outside := np.abs(values_D) > 2).any():
        values_D[outside] = generator.standard_normal(int(outside.sum()))
    return values_D


class SubwordMeanInitializer:
    """The mean of the old pieces that a new piece was split into; random where it could not be."""

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Rows [N, D] float32."""
        rows = RandomInitializer()(pieces, old, table_VD, seed)
        for row, piece in enumerate(pieces):
            if parts := split_into_old_pieces(piece, old):
                rows[row] = table_VD[parts].mean(axis=0)
        return rows


def split_into_old_pieces(piece: str, old: SubwordVocabulary) -> list[int]:
    """Greedy longest-match ids of a piece under the old vocabulary; [] where a part is unknown.

    A WordPiece `##x` is split as the inside of a word, where each part carries `##` too.
    """
    prefix = old.CONTINUATION if piece.startswith(old.CONTINUATION) else ""
    rest = piece.removeprefix(old.CONTINUATION)
    found: list[int] = []
    while rest:
        lengths = range(len(rest), 0, -1)
        length = next((n for n in lengths if prefix + rest[:n] in old), 0)
        if not length:
            return []
        found.append(old.piece_to_id(prefix + rest[:length]))
        prefix, rest = old.CONTINUATION, rest[length:]
    return found


EmbeddingInitializer = Callable[[Sequence[str], SubwordVocabulary, np.ndarray, int], np.ndarray]
