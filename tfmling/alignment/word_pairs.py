"""Sentence pairs as arrays of word numbers, and the cells between their words.

A cell is a target word beside a source word of its pair, or beside the null word.

Shapes: P sentence pairs, W words of one side of all pairs, T target words, C cells.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

Tokens = Sequence[str]


@dataclasses.dataclass(frozen=True)
class EncodedSide:
    """One side of all pairs, concatenated.

    Attributes:
        words: int64 [W], the number of each word.
        lengths: int64 [P], number of words of each sentence.

    Example:
        >>> EncodedSide(words=np.array([0, 1, 0]), lengths=np.array([2, 1])).starts.tolist()
        [0, 2]
    """

    words: np.ndarray
    lengths: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        """int64 [P]: the position in `words` where each sentence begins."""
        return np.cumsum(self.lengths) - self.lengths


def number_words(sentences: Sequence[Tokens]) -> dict[str, int]:
    """Number distinct words from 0, in order of first occurrence.

    Example:
        >>> number_words([("na", "na", "ya")])
        {'na': 0, 'ya': 1}
    """
    return {word: n for n, word in enumerate(dict.fromkeys(chain.from_iterable(sentences)))}


def encode_sentences(sentences: Sequence[Tokens], numbers: Mapping[str, int]) -> EncodedSide:
    """Replace words by their numbers; unknown words become `len(numbers)`.

    Example:
        >>> encode_sentences([("na", "ya")], {"na": 0}).words.tolist()
        [0, 1]
    """
    lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
    unknown = len(numbers)
    words = (numbers.get(word, unknown) for word in chain.from_iterable(sentences))
    return EncodedSide(np.fromiter(words, np.int64, int(lengths.sum())), lengths)


@dataclasses.dataclass(frozen=True)
class Cells:
    """All cells of a run of pairs.

    The cells of a target word are adjacent: first null, then the source words in order.

    Attributes:
        source: int64 [C], the source word's number + 1; 0 is the null word.
        target: int64 [C], the target word's number.
        offset: int64 [C], the position among the cells of its pair.
        pair: int64 [C], the number of the pair within the run.
        width: int64 [T], number of cells of each target word.

    Example:
        >>> source = EncodedSide(words=np.array([0]), lengths=np.array([1]))
        >>> target = EncodedSide(words=np.array([5, 6]), lengths=np.array([2]))
        >>> cells = build_cells(source, target, first=0, last=1)
        >>> cells.source.tolist(), cells.target.tolist(), cells.start.tolist()
        ([0, 1, 0, 1], [5, 5, 6, 6], [0, 2])
    """

    source: np.ndarray
    target: np.ndarray
    offset: np.ndarray
    pair: np.ndarray
    width: np.ndarray

    @property
    def start(self) -> np.ndarray:
        """int64 [T]: the position where the cells of each target word begin."""
        return np.cumsum(self.width) - self.width


def build_cells(source: EncodedSide, target: EncodedSide, first: int, last: int) -> Cells:
    """Build the cells of the pairs `first` to `last` - 1.

    Example:
        >>> source = EncodedSide(words=np.array([0, 1]), lengths=np.array([2]))
        >>> target = EncodedSide(words=np.array([5]), lengths=np.array([1]))
        >>> build_cells(source, target, first=0, last=1).source.tolist()
        [0, 1, 2]
    """
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
    """Concatenate 0, 1, …, n - 1 for each length n.

    Example:
        >>> ranges(np.array([2, 3])).tolist()
        [0, 1, 0, 1, 2]
    """
    starts = np.cumsum(length_N) - length_N
    return np.arange(int(length_N.sum())) - np.repeat(starts, length_N)


def split_into_runs(
    source: EncodedSide, target: EncodedSide, max_cells: int
) -> list[tuple[int, int]]:
    """Split pairs into runs (first, last + 1) of at most `max_cells` cells, or of one pair.

    Example:
        >>> side = EncodedSide(words=np.array([0, 1, 2]), lengths=np.array([1, 1, 1]))
        >>> split_into_runs(side, side, max_cells=4)  # a pair has 2 cells: null and its source word
        [(0, 2), (2, 3)]
    """
    before = np.concatenate([[0], np.cumsum(target.lengths * (source.lengths + 1))])
    runs, first, pairs = [], 0, len(source.lengths)
    while first < pairs:
        last = int(np.searchsorted(before, before[first] + max_cells, side="right")) - 1
        last = min(max(last, first + 1), pairs)
        runs.append((first, last))
        first = last
    return runs
