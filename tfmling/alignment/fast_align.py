"""Word alignment by the model of fast_align: IBM Model 2 with a diagonal prior, trained by EM.

Dyer, Chahuneau and Smith (2013); see `diagonal` and `translation_table` for the two parts of the
model. All sentences are processed together, as flat arrays of cells (see `word_pairs`), in runs of
at most MAX_CELLS. Two int32 per cell are kept between iterations: 50,000 pairs of 20 words take
170 MB.

Shapes: C cells of a run, K distinct word pairs, S cells of all shapes, T target words of a run.
"""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from tqdm import tqdm

from tfmling.alignment.diagonal import DiagonalPrior
from tfmling.alignment.links import Links
from tfmling.alignment.settings import FastAlignSettings
from tfmling.alignment.translation_table import TranslationTable, key
from tfmling.alignment.word_pairs import (
    Cells,
    EncodedSide,
    Tokens,
    build_cells,
    encode_sentences,
    number_words,
    split_into_runs,
)

MAX_CELLS = 1 << 22


@dataclasses.dataclass(frozen=True)
class _Run:
    """The data of a run of pairs that each iteration needs."""

    row: np.ndarray  # int32 [C], in the translation table
    shape: np.ndarray  # int32 [C], in the prior
    width: np.ndarray  # int64 [T], number of cells per target word
    start: np.ndarray  # int64 [T], position of the first cell of each


class FastAlign:
    """Links each target word to at most one source word.

    Args:
        sources: words of each source sentence.
        targets: words of each translation.
        settings: of the model.
        progress: label of a progress bar; None for no bar.

    Attributes:
        log_likelihoods: log10 p(targets | sources) before each iteration's update.
        tension: the fitted λ.

    Raises:
        ValueError: the sides differ in length, or contain no words.

    Example:
        >>> aligner = FastAlign([["mbwa"]], [["dog"]], FastAlignSettings())
        >>> aligner.align([["mbwa"]], [["dog"]]).sets()
        [frozenset({(0, 0)})]
    """

    def __init__(
        self,
        sources: Sequence[Tokens],
        targets: Sequence[Tokens],
        settings: FastAlignSettings,
        progress: str | None = None,
    ):
        check_sides(sources, targets)
        self._settings = settings
        self._source_numbers, self._target_numbers = number_words(sources), number_words(targets)
        if not self._source_numbers or not self._target_numbers:
            raise ValueError("expected sentence pairs with words on both sides, got none")
        source, target = self._encode(sources, targets)
        prior = self._prior(source, target, settings.tension)
        runs, self._table = self._prepare(source, target, prior)
        self.log_likelihoods = [
            self._iterate(runs, prior, len(target.words))
            for _ in tqdm(range(settings.iterations), desc=progress, disable=progress is None)
        ]
        self.tension = prior.tension

    def align(self, sources: Sequence[Tokens], targets: Sequence[Tokens]) -> Links:
        """Find the most probable link of each target word; the pairs may be new ones.

        Raises:
            ValueError: the sides differ in length.
        """
        check_sides(sources, targets)
        source, target = self._encode(sources, targets)
        prior = self._prior(source, target, self.tension)
        found = [
            self._best(source, target, prior, first, last)
            for first, last in split_into_runs(source, target, MAX_CELLS)
        ]
        pair_K, source_K, target_K = np.concatenate([np.zeros((3, 0), np.int64), *found], axis=1)
        return Links.build(pair_K, source_K, target_K, len(sources))

    def _encode(
        self, sources: Sequence[Tokens], targets: Sequence[Tokens]
    ) -> tuple[EncodedSide, EncodedSide]:
        return encode_sentences(sources, self._source_numbers), encode_sentences(
            targets, self._target_numbers
        )

    def _prior(self, source: EncodedSide, target: EncodedSide, tension: float) -> DiagonalPrior:
        return DiagonalPrior(source, target, self._settings.null_probability, tension)

    def _prepare(
        self, source: EncodedSide, target: EncodedSide, prior: DiagonalPrior
    ) -> tuple[list[_Run], TranslationTable]:
        found = [
            self._run(source, target, prior, first, last)
            for first, last in split_into_runs(source, target, MAX_CELLS)
        ]
        table = TranslationTable(
            [keys for keys, _ in found], len(self._target_numbers), self._settings.dirichlet
        )
        # rows within a run's distinct word pairs become rows of the whole table
        runs = [
            dataclasses.replace(run, row=table.rows(keys).astype(np.int32)[run.row])
            for keys, run in found
        ]
        return runs, table

    def _run(
        self, source: EncodedSide, target: EncodedSide, prior: DiagonalPrior, first: int, last: int
    ) -> tuple[np.ndarray, _Run]:
        own = build_cells(source, target, first, last)
        key_C = key(own.source, own.target, len(self._target_numbers))
        keys, row_C = np.unique(key_C, return_inverse=True)
        shape_C = (prior.first_P[first:last][own.pair] + own.offset).astype(np.int32)
        return keys, _Run(row_C.astype(np.int32), shape_C, own.width, own.start)

    def _iterate(self, runs: list[_Run], prior: DiagonalPrior, target_words: int) -> float:
        """Run one step of EM; return the log10 likelihood before it."""
        prior_S = prior.probabilities()
        count_K, posterior_S = np.zeros(len(self._table)), np.zeros(len(prior_S))
        log_likelihood = 0.0
        for run in runs:
            weight_C = self._table.probability_K[run.row] * prior_S[run.shape]
            total_T = np.add.reduceat(weight_C, run.start)
            weight_C /= np.repeat(total_T, run.width)
            count_K += np.bincount(run.row, weight_C, len(count_K))
            posterior_S += np.bincount(run.shape, weight_C, len(posterior_S))
            log_likelihood += float(np.log(total_T).sum())
        self._table.set_counts(count_K)
        if self._settings.fit_tension:
            prior.fit_tension(posterior_S, target_words)
        return log_likelihood / math.log(10)

    def _best(
        self, source: EncodedSide, target: EncodedSide, prior: DiagonalPrior, first: int, last: int
    ) -> np.ndarray:
        """int64 [3, K]: pair, source and target position of each link of a run."""
        own = build_cells(source, target, first, last)
        row_C = self._table.rows(key(own.source, own.target, len(self._target_numbers)))
        shape_C = prior.first_P[first:last][own.pair] + own.offset
        weight_C = self._table.with_unseen()[row_C] * prior.probabilities()[shape_C]
        best_T = _first_largest(weight_C, own)
        target_T, place_T = np.divmod(own.offset[best_T], own.width)
        found = np.stack([own.pair[best_T] + first, place_T - 1, target_T])
        return found[:, place_T > 0]  # place 0 is the null word


def _first_largest(weight_C: np.ndarray, own: Cells) -> np.ndarray:
    """int64 [T]: the cell with the largest weight of each target word; ties go to the first."""
    if not len(weight_C):
        return np.zeros(0, np.int64)
    largest_T = np.maximum.reduceat(weight_C, own.start)
    candidates = np.flatnonzero(weight_C == np.repeat(largest_T, own.width))
    word_of = np.searchsorted(own.start, candidates, side="right") - 1
    is_first = np.ones(len(candidates), bool)
    is_first[1:] = word_of[1:] != word_of[:-1]
    return candidates[is_first]


def check_sides(sources: Sequence[Tokens], targets: Sequence[Tokens]) -> None:
    """Raise ValueError unless there are as many targets as sources.

    Example:
        >>> check_sides([["mbwa"], ["paka"]], [["dog"]])
        Traceback (most recent call last):
            ...
        ValueError: expected as many targets as sources, got 1 targets and 2 sources
    """
    if len(sources) != len(targets):
        raise ValueError(
            f"expected as many targets as sources, got {len(targets)} targets "
            f"and {len(sources)} sources"
        )
