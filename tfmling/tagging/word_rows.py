"""Sentences in words to rows of pieces, the label of a word on its first piece.

Devlin et al. (2019), section 5.3. See `rows` for what a row holds.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import tensorflow as tf

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.tagging.rows import IGNORED, Row
from tfmling.tagging.settings import SPECIALS, TaggingInputs
from tfmling.tagging.windows import Window, cut_windows
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


@dataclasses.dataclass(frozen=True)
class WordRows:
    """The rows of a data set.

    Attributes:
        rows: one a window.
        places: the sentence of each row, counted from 0, and its window.
        windowed: how many sentences have more than one window.
        shortened: how many words have more pieces than a window holds; of those the first are read.
    """

    rows: list[Row]
    places: list[tuple[int, Window]]
    windowed: int
    shortened: int


def word_rows(
    sentences: Sequence[TaggedSentence],
    tokenizer: SubwordTokenizer,
    ids: Mapping[str, int],
    settings: TaggingInputs,
) -> WordRows:
    """Cuts words into pieces and sentences into windows.

    A word without a piece (white space, control characters) is read as [UNK], so that each has its
    place. A label that is not among `ids` is IGNORED.

    Args:
        sentences: at least one.
        tokenizer: of the encoder.
        ids: the number of each label.
        settings: how long a row is.
    """
    budget = settings.max_length - SPECIALS
    pieces = _pieces({word for sentence in sentences for word in sentence.words}, tokenizer)
    cut = [[pieces[word] for word in sentence.words] for sentence in sentences]
    shortened = sum(len(word) > budget for words in cut for word in words)
    rows: list[Row] = []
    places: list[tuple[int, Window]] = []
    for number, (sentence, words) in enumerate(zip(sentences, cut, strict=True)):
        fitting = [word[:budget] for word in words]
        labels = [ids.get(label, IGNORED) for label in sentence.labels]
        for window in cut_windows([len(w) for w in fitting], budget, settings.overlap):
            rows.append(_row(fitting, labels, window, tokenizer))
            places.append((number, window))
    windowed = len({number for number, window in places if window.start > 0})
    return WordRows(rows, places, windowed, shortened)


def _pieces(words: Collection[str], tokenizer: SubwordTokenizer) -> dict[str, list[int]]:
    """The pieces of each word; in one call, since a call costs as much as a thousand words."""
    found = tokenizer(tf.constant(list(words), tf.string)).to_list()
    unknown = [tokenizer.vocabulary.unk_id]
    return {word: pieces or unknown for word, pieces in zip(words, found, strict=True)}


def _row(
    words: Sequence[list[int]], labels: Sequence[int], window: Window, tokenizer: SubwordTokenizer
) -> Row:
    """One window of a sentence whose words are `words`."""
    inside = words[window.start : window.end]
    lengths = np.array([len(word) for word in inside])
    position_W = 1 + np.cumsum(lengths) - lengths  # behind [CLS]
    vocabulary = tokenizer.vocabulary
    ids_L = [vocabulary.cls_id, *(piece for word in inside for piece in word), vocabulary.sep_id]
    label_L = np.full(len(ids_L), IGNORED)
    scored = slice(window.scored_start - window.start, window.scored_end - window.start)
    label_L[position_W[scored]] = labels[window.scored_start : window.scored_end]
    return {
        "input_word_ids": np.array(ids_L),
        "input_mask": np.ones(len(ids_L), np.int32),
        "input_type_ids": np.zeros(len(ids_L), np.int32),
        "token_labels": label_L,
        "word_positions": position_W,
        "borders": np.array([window.start == 0, window.end == len(words)], np.int32),
    }


def join_windows(found: WordRows, labels: Sequence[np.ndarray]) -> list[list[int]]:
    """The label of every word of every sentence, from what each row's words were given.

    Args:
        found: the rows.
        labels: of each row, int [W'], at least as many as the row has words.
    """
    sentences: list[list[int]] = [[] for _ in range(found.places[-1][0] + 1)]
    for (number, window), label_W in zip(found.places, labels, strict=True):
        scored = slice(window.scored_start - window.start, window.scored_end - window.start)
        sentences[number].extend(label_W[scored].tolist())
    return sentences
