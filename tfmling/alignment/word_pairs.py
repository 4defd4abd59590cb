"""Sentence pairs as arrays of word numbers, and the cells between their words.

Shapes: P sentence pairs, W words of one side of all pairs, T target words, C cells.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

Sentence = Sequence[str]


@dataclasses.dataclass(frozen=True)
class Side:
    """One side of all pairs, one sentence after the other.

    Attributes:
        words: int64 [W], the number of each word.
        lengths: int64 [P], words of each sentence.
    """

    words: np.ndarray
    lengths: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        """int64 [P]: where each sentence begins in `words`."""
        return np.cumsum(self.lengths) - self.lengths


def number_words(sentences: Sequence[Sentence]) -> dict[str, int]:
    """A number from 0 for each distinct word."""
    return {word: n for n, word in enumerate(dict.fromkeys(chain.from_iterable(sentences)))}


def encode(sentences: Sequence[Sentence], numbers: Mapping[str, int]) -> Side:
    """Sentences by the numbers of their words; a word without one gets `len(numbers)`."""
    lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
    unknown = len(numbers)
    words = (numbers.get(word, unknown) for word in chain.from_iterable(sentences))
    return Side(np.fromiter(words, np.int64, int(lengths.sum())), lengths)


@dataclasses.dataclass(frozen=True)
class Cells:
    """Every target word of a run of pairs beside the null word and every source word of its pair.

    The cells of a target word lie together: null, then the source words in order.

    Attributes:
        source: int64 [C], the source word's number + 1; 0 is the null word.
        target: int64 [C], the target word's number.
        offset: int64 [C], how many cells of its pair stand before.
        pair: int64 [C], the pair, counted from the first of the run.
        width: int64 [T], cells of each target word.
    """

    source: np.ndarray
    target: np.ndarray
    offset: np.ndarray
    pair: np.ndarray
    width: np.ndarray

    @property
    def start(self) -> np.ndarray:
        """int64 [T]: where the cells of each target word begin."""
        return np.cumsum(self.width) - self.width


def cells(source: Side, target: Side, first: int, last: int) -> Cells:
    """The cells of the pairs `first` to `last` - 1."""
    sources, targets = source.lengths[first:last], target.lengths[first:last]
    pair_T = np.repeat(np.arange(last - first), targets)
    width_T = sources[pair_T] + 1
    pair_C = np.repeat(pair_T, width_T)
    place_C = ranges(width_T)  # 0 is the null word
    at = np.maximum(source.starts[first:last][pair_C] + place_C - 1, 0)
    source_C = np.where(place_C, source.words[at] + 1, 0) if len(source.words) else 0 * place_C
    begin = int(target.starts[first]) if last > first else 0
    target_T = target.words[begin : begin + len(pair_T)]
    cells_P = targets * (sources + 1)
    return Cells(source_C, np.repeat(target_T, width_T), ranges(cells_P), pair_C, width_T)


def ranges(length_N: np.ndarray) -> np.ndarray:
    """0, 1, … for each length, one after the other."""
    starts = np.cumsum(length_N) - length_N
    return np.arange(int(length_N.sum())) - np.repeat(starts, length_N)


def runs_of_pairs(source: Side, target: Side, most_cells: int) -> list[tuple[int, int]]:
    """Splits all pairs into runs (first, last + 1) of at most `most_cells` cells or one pair."""
    before = np.concatenate([[0], np.cumsum(target.lengths * (source.lengths + 1))])
    runs, first, pairs = [], 0, len(source.lengths)
    while first < pairs:
        last = int(np.searchsorted(before, before[first] + most_cells, side="right")) - 1
        last = min(max(last, first + 1), pairs)
        runs.append((first, last))
        first = last
    return runs
