"""Sentences with whole words hidden, the same words whatever the vocabulary.

Shapes: B sentences, L length, P hidden pieces in all.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tfmling.tokenizers.subword_tokenizer import padded_length
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary


@dataclasses.dataclass(frozen=True)
class HiddenWords:
    """A batch to be guessed.

    Attributes:
        inputs: `input_word_ids`, `input_mask`, `input_type_ids`, int32 [B, L].
        row: the sentence of each hidden piece, int [P].
        position: its position in the sentence, int [P].
        label: the piece that was there, int [P].
        word: which hidden word of the batch it belongs to, from 0, rising, int [P].
    """

    inputs: dict[str, np.ndarray]
    row: np.ndarray
    position: np.ndarray
    label: np.ndarray
    word: np.ndarray


def choose_words(count: int, mask_rate: float, seed: tuple[int, int]) -> list[int]:
    """The numbers of the words to hide, of `count`: round(mask_rate x count), at least one."""
    if not count:
        return []
    chosen = max(1, round(mask_rate * count))
    return sorted(np.random.default_rng(seed).permutation(count)[:chosen].tolist())


def hide_words(
    sentences: Sequence[Sequence[Sequence[int]]],
    numbers: Sequence[int],
    vocabulary: SubwordVocabulary,
    *,
    mask_rate: float,
    max_length: int,
    seed: int,
) -> HiddenWords:
    """Puts [MASK] for every piece of the chosen words.

    Args:
        sentences: pieces by word, B sentences.
        numbers: the number of each sentence in its set, on which the choice depends.
        vocabulary: of the pieces.
        mask_rate: share of words to hide.
        max_length: L at most; hidden words that are cut off are not asked for.
        seed: of the choice.
    """
    length = padded_length(2 + max(sum(map(len, words)) for words in sentences), max_length)
    ids_BL = np.full((len(sentences), length), vocabulary.pad_id, np.int32)
    mask_BL = np.zeros_like(ids_BL)
    hidden: list[tuple[int, int, int, int]] = []
    words_before = 0
    for row, (words, number) in enumerate(zip(sentences, numbers, strict=True)):
        chosen = choose_words(len(words), mask_rate, (seed, number))
        pieces, own = _lay_out(words, set(chosen), length - 2)
        ids = [vocabulary.cls_id, *pieces, vocabulary.sep_id]
        ids_BL[row, : len(ids)], mask_BL[row, : len(ids)] = ids, 1
        hidden += [(row, 1 + at, pieces[at], words_before + word) for at, word in own]
        words_before += len(words)
    columns = np.array(hidden, np.int64).reshape(-1, 4).T
    ids_BL[columns[0], columns[1]] = vocabulary.mask_id
    inputs = {
        "input_word_ids": ids_BL,
        "input_mask": mask_BL,
        "input_type_ids": np.zeros_like(ids_BL),
    }
    _, word = np.unique(columns[3], return_inverse=True)
    return HiddenWords(inputs, columns[0], columns[1], columns[2], word)


def _lay_out(
    words: Sequence[Sequence[int]], chosen: set[int], room: int
) -> tuple[list[int], list[tuple[int, int]]]:
    """The pieces that have room, and (position, word) of those to hide, in whole words."""
    pieces: list[int] = []
    hidden: list[tuple[int, int]] = []
    for number, word in enumerate(words):
        if number in chosen and len(pieces) + len(word) <= room:
            hidden += [(len(pieces) + at, number) for at in range(len(word))]
        pieces += word
    return pieces[:room], hidden
