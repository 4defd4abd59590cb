"""Two translation models of one direction, and the log ratio of their probabilities.

Shapes: P pairs, C cells (see `alignment.word_pairs`), T target words of all pairs, K word pairs
with a probability, V target words of the vocabulary.
"""

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from tfmling.alignment.translation_table import key
from tfmling.alignment.word_pairs import (
    EncodedSide,
    Tokens,
    build_cells,
    encode_sentences,
    split_into_runs,
)

MAX_CELLS = 1 << 20  # per run: about 50 MB


@dataclasses.dataclass(frozen=True)
class ContrastiveModel:
    """P_trusted(t | s) and P_raw(t | s) of one direction.

    Attributes:
        source_words: in the order of their numbers.
        target_words: in the order of their numbers.
        keys: of word pairs, sorted, int64 [K]; see `translation_table.key`.
        trusted: t(target | source) of the trusted model, float32 [K].
        raw: t(target | source) of the raw model, float32 [K].
        unigram: p(target), and last that of an unknown word, float64 [V + 1].
        unigram_share: interpolation weight of the unigram.

    Example:
        >>> model = ContrastiveModel(
        ...     ("water",), ("maji",), keys=np.array([0, 2]), trusted=np.array([0.8, 0.8]),
        ...     raw=np.array([0.2, 0.2]), unigram=np.array([0.5, 0.5]), unigram_share=0.5)
        >>> np.exp(model.scores([["water"]], [["maji"]])).round(4).tolist()  # 0.65 / 0.35
        [1.8571]
    """

    source_words: tuple[str, ...]
    target_words: tuple[str, ...]
    keys: np.ndarray
    trusted: np.ndarray
    raw: np.ndarray
    unigram: np.ndarray
    unigram_share: float

    def scores(self, sources: Sequence[Tokens], targets: Sequence[Tokens]) -> np.ndarray:
        """(log P_trusted - log P_raw) / |t| of each pair, float64 [P]; 0 if t has no words."""
        source, target = (
            encode_sentences(sources, self._source_ids),
            encode_sentences(targets, self._target_ids),
        )
        parts = [
            self._scores(source, target, first, last)
            for first, last in split_into_runs(source, target, MAX_CELLS)
        ]
        return np.concatenate([np.zeros(0), *parts])

    @functools.cached_property
    def _source_ids(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.source_words)}

    @functools.cached_property
    def _target_ids(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.target_words)}

    def _scores(
        self, source: EncodedSide, target: EncodedSide, first: int, last: int
    ) -> np.ndarray:
        found = build_cells(source, target, first, last)
        lengths_P = target.lengths[first:last]
        if not len(found.width):
            return np.zeros(last - first)
        row_C, known_C = self._find_rows(found.source, found.target)
        word_T = found.target[found.start]
        logs = []
        for probability_K in (self.trusted, self.raw):
            cell_C = np.where(known_C, probability_K[row_C], 0).astype(np.float64)
            lexical_T = np.add.reduceat(cell_C, found.start) / found.width
            share = self.unigram_share
            logs.append(np.log((1 - share) * lexical_T + share * self.unigram[word_T]))
        pair_T = found.pair[found.start]
        total_P = np.bincount(pair_T, logs[0] - logs[1], minlength=last - first)
        return total_P / np.maximum(lengths_P, 1)

    def _find_rows(
        self, source_C: np.ndarray, target_C: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The row of each word pair, and whether it has one, else the row is any."""
        key_C = key(source_C, target_C, len(self.target_words))
        row_C = np.minimum(np.searchsorted(self.keys, key_C), len(self.keys) - 1)
        known_C = (self.keys[row_C] == key_C) & (source_C <= len(self.source_words))
        return row_C, known_C & (target_C < len(self.target_words))
