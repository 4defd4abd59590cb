"""From labeled sentences and pairs to rows, the examples of a batch.

Shapes: B rows, L pieces, W words, N layers, D width. A row has, without B and without padding:

    input_word_ids, input_mask, input_type_ids   int32 [B, L], the encoder's inputs
    token_labels     int32 [B, L], a word's label at its first piece, IGNORED elsewhere
    word_positions   int32 [B, W], position of each word's first piece; 0 ([CLS]) is padding
    borders          int32 [B, 2], whether first and last word start and end the sentence
    pair_label       int32 [B], of pairs
    word_states      float32 [B, W, N, D], cached hidden states of each word's first piece; see
                     tfmling.tagging.state_cache
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import tensorflow as tf

from tfmling.corpora.annotated.examples import LabeledPair, TaggedSentence
from tfmling.tagging.settings import SPECIALS, TaggingInputs
from tfmling.tagging.windows import Window, cut_windows
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

IGNORED = -100  # PyTorch's ignore_index, used by most tools
ENCODER_INPUTS = ("input_word_ids", "input_mask", "input_type_ids")

Row = dict[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class WordRows:
    """The rows of a data set of sentences.

    Attributes:
        rows: one per window.
        places: sentence number and window of each row.
        windowed: number of sentences with more than one window.
        shortened: number of words with more pieces than fit into a window; the rest is cut off.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> sentence = TaggedSentence(("a", "b", "c", "d"), ("O", "O", "O", "O"), "train.txt:1")
        >>> inputs = TaggingInputs(max_length=5, overlap=1)  # three words, [CLS] and [SEP]
        >>> found = word_rows([sentence], build_tokenizer(encoder.vocabulary), {"O": 0}, inputs)
        >>> len(found.rows), found.windowed
        (2, 1)
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
    """Tokenize words, with the label on the first piece (Devlin et al. 2019, section 5.3).

    A word without a piece (white space, control characters) is read as [UNK], so that every word
    has a position. Labels that are not in `ids` are IGNORED.

    Args:
        sentences: at least one.
        tokenizer: of the encoder.
        ids: label -> id.
        settings: length of rows and overlap of windows.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> tokenizer = build_tokenizer(encoder.vocabulary)  # "ab" becomes a ##b
        >>> sentence = TaggedSentence(("ab", "c"), ("NOUN", "VERB"), "train.txt:1")
        >>> found = word_rows([sentence], tokenizer, {"NOUN": 0, "VERB": 1}, TaggingInputs())
        >>> found.rows[0]["token_labels"].tolist()  # [CLS] a ##b c [SEP]
        [-100, 0, -100, 1, -100]
    """
    budget = settings.max_length - SPECIALS
    pieces = _pieces({word for sentence in sentences for word in sentence.words}, tokenizer)
    tokenized = [[pieces[word] for word in sentence.words] for sentence in sentences]
    shortened = sum(len(word) > budget for words in tokenized for word in words)
    rows: list[Row] = []
    places: list[tuple[int, Window]] = []
    for number, (sentence, words) in enumerate(zip(sentences, tokenized, strict=True)):
        fitting = [word[:budget] for word in words]
        labels = [ids.get(label, IGNORED) for label in sentence.labels]
        for window in cut_windows([len(w) for w in fitting], budget, settings.overlap):
            rows.append(_row(fitting, labels, window, tokenizer))
            places.append((number, window))
    windowed = len({number for number, window in places if window.start > 0})
    return WordRows(rows, places, windowed, shortened)


def _pieces(words: Collection[str], tokenizer: SubwordTokenizer) -> dict[str, list[int]]:
    # one call for all words: a call costs as much as a thousand words
    found = tokenizer(tf.constant(list(words), tf.string)).to_list()
    unknown = [tokenizer.vocabulary.unk_id]
    return {word: pieces or unknown for word, pieces in zip(words, found, strict=True)}


def _row(
    words: Sequence[list[int]], labels: Sequence[int], window: Window, tokenizer: SubwordTokenizer
) -> Row:
    """Build the row of one window of a sentence."""
    inside = words[window.start : window.end]
    lengths = np.array([len(word) for word in inside])
    position_W = 1 + np.cumsum(lengths) - lengths  # after [CLS]
    vocabulary = tokenizer.vocabulary
    ids_L = [vocabulary.cls_id, *(piece for word in inside for piece in word), vocabulary.sep_id]
    label_L = np.full(len(ids_L), IGNORED)
    label_L[position_W[window.scored]] = labels[window.scored_start : window.scored_end]
    return {
        "input_word_ids": np.array(ids_L),
        "input_mask": np.ones(len(ids_L), np.int32),
        "input_type_ids": np.zeros(len(ids_L), np.int32),
        "token_labels": label_L,
        "word_positions": position_W,
        "borders": np.array([window.start == 0, window.end == len(words)], np.int32),
    }


def join_windows(found: WordRows, labels: Sequence[np.ndarray]) -> list[list[int]]:
    """Join the predictions of windows to one label per word.

    Args:
        found: the rows.
        labels: predicted for each row, int [W], padding included.

    Returns:
        Label ids by sentence and word.

    Example:
        >>> places = [(0, Window(0, 4, 0, 3)), (0, Window(2, 5, 3, 5))]
        >>> found = WordRows([], places, windowed=1, shortened=0)
        >>> join_windows(found, [np.array([1, 1, 1, 9]), np.array([9, 2, 2])])  # 9: context
        [[1, 1, 1, 2, 2]]
    """
    sentences: list[list[int]] = [[] for _ in range(found.places[-1][0] + 1)]
    for (number, window), label_W in zip(found.places, labels, strict=True):
        sentences[number].extend(label_W[window.scored].tolist())
    return sentences


def pair_rows(
    pairs: Sequence[LabeledPair],
    tokenizer: SubwordTokenizer,
    ids: Mapping[str, int],
    settings: TaggingInputs,
) -> tuple[list[Row], int]:
    """Tokenize pairs as [CLS] premise [SEP] hypothesis [SEP].

    Args:
        pairs: at least one.
        tokenizer: of the encoder.
        ids: label -> id; other labels are IGNORED.
        settings: length of rows.

    Returns:
        One row per pair, and the number of pairs that were truncated.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> pairs = [LabeledPair("a b", "c", "neutral", "xnli.tsv:2")]
        >>> tokenizer = build_tokenizer(encoder.vocabulary)
        >>> [row], truncated = pair_rows(pairs, tokenizer, {"neutral": 0}, TaggingInputs())
        >>> row["input_type_ids"].tolist()  # [CLS] a b [SEP] c [SEP]
        [0, 0, 0, 0, 1, 1]
    """
    premises = tokenizer(tf.constant([pair.premise for pair in pairs]))
    hypotheses = tokenizer(tf.constant([pair.hypothesis for pair in pairs]))
    lengths_N = (premises.row_lengths() + hypotheses.row_lengths()).numpy()
    lengths_N += tokenizer.specials(2)
    packed = tokenizer.pack(premises, settings.max_length, hypotheses)
    arrays = {name: packed[name].numpy() for name in ENCODER_INPUTS}
    rows = [
        {name: array[number, : lengths_N[number]] for name, array in arrays.items()}
        | {"pair_label": tf.constant(ids.get(pair.label, IGNORED)).numpy()}
        for number, pair in enumerate(pairs)
    ]
    return rows, int((lengths_N > settings.max_length).sum())
