"""The loss of a masked language model on whole masked words.

Shapes: B sentences, L length, P masked pieces, D width, V vocabulary, N masked words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files
from tfmling.core.intervals import Scores, mean_with_interval, share_with_interval
from tfmling.embedding.embedder import ModelError
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import MaskedLMHead
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer, round_up_length
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary

_BIAS = "masked_lm/bias"  # a weight of every folder with a masked-LM head
_BLOCK = 512  # masked pieces whose logits [512, V] float32 are in memory together


@dataclass(frozen=True)
class Masking:
    """How words are masked.

    Attributes:
        mask_rate: share of the words of a sentence, rounded, at least one word.
        max_length: pieces read per sentence; None: as many as the model reads.
        batch_size: sentences per batch.
        seed: of the choice of words.

    Example:
        >>> masking = Masking(mask_rate=0.3, max_length=64)
        >>> masking.batch_size, masking.seed
        (16, 1)
    """

    mask_rate: float = 0.15
    max_length: int | None = None
    batch_size: int = 16
    seed: int = 1


@dataclass(frozen=True)
class MaskedBatch:
    """A batch of sentences with masked words.

    Attributes:
        inputs: `input_word_ids`, `input_mask`, `input_type_ids`, int32 [B, L].
        row: the sentence of each masked piece, int [P].
        position: its position in the sentence, int [P].
        label: its id before masking, int [P].
        word: the masked word it belongs to, int [P], numbered from 0 in order.

    Example:
        >>> words = [[[5, 6], [7]]]  # a sentence of two words, the first of two pieces
        >>> batch = mask_words(words, [0], encoder.vocabulary, mask_rate=0.9, max_length=8, seed=1)
        >>> batch.label.tolist(), batch.word.tolist()
        ([5, 6, 7], [0, 0, 1])
    """

    inputs: dict[str, np.ndarray]
    row: np.ndarray
    position: np.ndarray
    label: np.ndarray
    word: np.ndarray


@dataclass(frozen=True)
class WordLosses:
    """A model's predictions of masked words.

    Attributes:
        loss: the sum of the losses of a word's pieces, in nats [N].
        correct: whether all pieces were predicted, none of them [UNK], bool [N].
        pieces: number of pieces, int [N].
        unknown: whether the vocabulary lacks the word, so that its loss is that of [UNK] [N].
        truncated: share of the sentences that are longer than `max_length`.

    Example:
        >>> correct, unknown = np.array([True, False]), np.array([False, False])
        >>> losses = WordLosses(np.array([0.5, 4.0]), correct, np.array([1, 2]), unknown)
        >>> float(losses.loss.sum() / losses.pieces.sum())
        1.5
    """

    loss: np.ndarray
    correct: np.ndarray
    pieces: np.ndarray
    unknown: np.ndarray
    truncated: float = 0.0


def score_words(
    folder: str, texts: Sequence[str], masking: Masking, progress: str | None = None
) -> WordLosses:
    """Mask words of all texts and let the model of a folder predict them.

    Args:
        folder: an encoder folder with a masked-LM head.
        texts: sentences.
        masking: which words are masked.
        progress: label of the progress bar.

    Raises:
        ModelError: the folder has no masked-LM head.

    Example:
        >>> from tfmling.conversion.encoder_folder import save_encoder
        >>> from tfmling.modeling.heads import read_weights
        >>> encoder.head_weights.update(read_weights(MaskedLMHead(encoder)))
        >>> save_encoder(encoder, folder)
        >>> losses = score_words(folder, ["ab c", "d"], Masking(mask_rate=0.9))
        >>> losses.pieces.tolist()  # of d, ab and c: all words, the shortest sentence first
        [1, 2, 1]
    """
    encoder = load_encoder(files.resolve_package(folder), dropout=0.0)
    if _BIAS not in encoder.head_weights:
        raise ModelError(
            f"{folder}: has no masked-LM head, which sets of kind masked_lm need; expected the "
            "output of `train` with a masked_lm task, or a checkpoint of BERT for pretraining"
        )
    head = MaskedLMHead(encoder)
    longest = encoder.max_sequence_length
    max_length = longest if masking.max_length is None else min(masking.max_length, longest)
    tokenizer = build_tokenizer(encoder.vocabulary)
    batches = list(_batches(texts, tokenizer, max_length, masking))
    truncated_N = tokenizer.is_truncated(tf.constant(list(texts)), max_length).numpy()
    states = tf.function(
        lambda inputs: encoder(inputs)["sequence_output"], reduce_retracing=True, autograph=False
    )
    scored = [
        _score(batch, states(batch.inputs).numpy(), encoder, head)
        for batch in tqdm(batches, desc=progress)
    ]
    return WordLosses(
        np.concatenate([one.loss for one in scored]),
        np.concatenate([one.correct for one in scored]),
        np.concatenate([one.pieces for one in scored]),
        np.concatenate([one.unknown for one in scored]),
        float(truncated_N.mean()),
    )


def _batches(
    texts: Sequence[str], tokenizer: SubwordTokenizer, max_length: int, masking: Masking
) -> Iterator[MaskedBatch]:
    words = tokenizer.words(tf.constant(list(texts))).to_list()
    numbers = [number for number in range(len(texts)) if words[number]]
    numbers.sort(key=lambda number: sum(map(len, words[number])))  # similar lengths: less padding
    for start in range(0, len(numbers), masking.batch_size):
        of_batch = numbers[start : start + masking.batch_size]
        yield mask_words(
            [words[number] for number in of_batch],
            of_batch,
            tokenizer.vocabulary,
            mask_rate=masking.mask_rate,
            max_length=max_length,
            seed=masking.seed,
        )


def mask_words(
    sentences: Sequence[Sequence[Sequence[int]]],
    numbers: Sequence[int],
    vocabulary: SubwordVocabulary,
    *,
    mask_rate: float,
    max_length: int,
    seed: int,
) -> MaskedBatch:
    """Replace every piece of the chosen words by [MASK].

    Args:
        sentences: piece ids by word, of B sentences.
        numbers: the number of each sentence in its set, which seeds its choice of words.
        vocabulary: of the pieces.
        mask_rate: share of words to mask.
        max_length: maximum of L; masked words beyond it are not scored.
        seed: of the choice.

    Example:
        >>> words = [[[5, 6], [7]]]  # a sentence of two words, the first of two pieces
        >>> batch = mask_words(words, [0], encoder.vocabulary, mask_rate=0.9, max_length=5, seed=1)
        >>> batch.inputs["input_word_ids"].tolist()  # [CLS], three times [MASK], [SEP]
        [[2, 4, 4, 4, 3]]
    """
    length = round_up_length(2 + max(sum(map(len, words)) for words in sentences), max_length)
    ids_BL = np.full((len(sentences), length), vocabulary.pad_id, np.int32)
    mask_BL = np.zeros_like(ids_BL)
    masked: list[tuple[int, int, int, int]] = []
    words_before = 0
    for row, (words, number) in enumerate(zip(sentences, numbers, strict=True)):
        chosen = choose_words(len(words), mask_rate, (seed, number))
        pieces, own = _lay_out(words, set(chosen), length - 2)
        ids = [vocabulary.cls_id, *pieces, vocabulary.sep_id]
        ids_BL[row, : len(ids)], mask_BL[row, : len(ids)] = ids, 1
        masked += [(row, 1 + at, pieces[at], words_before + word) for at, word in own]
        words_before += len(words)
    row_P, position_P, label_P, word_P = np.array(masked, np.int64).reshape(-1, 4).T
    ids_BL[row_P, position_P] = vocabulary.mask_id
    inputs = {
        "input_word_ids": ids_BL,
        "input_mask": mask_BL,
        "input_type_ids": np.zeros_like(ids_BL),
    }
    _, word_P = np.unique(word_P, return_inverse=True)
    return MaskedBatch(inputs, row_P, position_P, label_P, word_P)


def choose_words(count: int, mask_rate: float, seed: tuple[int, int]) -> list[int]:
    """Choose round(mask_rate * count) of `count` words, at least one.

    Example:
        >>> len(choose_words(20, mask_rate=0.15, seed=(1, 7)))
        3
    """
    if not count:
        return []
    chosen = max(1, round(mask_rate * count))
    return sorted(np.random.default_rng(seed).permutation(count)[:chosen].tolist())


def _lay_out(
    words: Sequence[Sequence[int]], chosen: set[int], room: int
) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the pieces that fit, and (position, word) of those to mask, whole words only."""
    pieces: list[int] = []
    masked: list[tuple[int, int]] = []
    for number, word in enumerate(words):
        if number in chosen and len(pieces) + len(word) <= room:
            masked += [(len(pieces) + at, number) for at in range(len(word))]
        pieces += word
    return pieces[:room], masked


def _score(
    batch: MaskedBatch, states_BLD: np.ndarray, encoder: Encoder, head: MaskedLMHead
) -> WordLosses:
    states_PD = states_BLD[batch.row, batch.position]
    loss_P, correct_P = _predict(states_PD, batch.label, encoder, head)
    unknown_P = batch.label == encoder.vocabulary.unk_id
    wrong_N = np.bincount(batch.word, ~correct_P | unknown_P)
    unknown_N = np.bincount(batch.word, unknown_P) > 0
    loss_N, pieces_N = np.bincount(batch.word, loss_P), np.bincount(batch.word)
    return WordLosses(loss_N, wrong_N == 0, pieces_N, unknown_N)


def _predict(
    states_PD: np.ndarray, label_P: np.ndarray, encoder: Encoder, head: MaskedLMHead
) -> tuple[np.ndarray, np.ndarray]:
    """Return loss and correctness of each masked piece."""
    losses, correct = [np.zeros(0)], [np.zeros(0, bool)]
    for start in range(0, len(label_P), _BLOCK):
        labels = label_P[start : start + _BLOCK]
        logits_PV = head(states_PD[start : start + _BLOCK], encoder.embedding_table)
        losses.append(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits_PV).numpy())
        correct.append(logits_PV.numpy().argmax(axis=1) == labels)
    return np.concatenate(losses), np.concatenate(correct)


def describe(words: WordLosses) -> Scores:
    """Average over masked words, with 95 % intervals.

    Returns:
        `count`; `accuracy` (Wilson) and `loss_per_word` (normal) with `_low` and `_high`;
        `loss_per_piece`, `pieces_per_word`; `unknown`, the share of words whose loss is that of
        [UNK] and means nothing; `truncated`.

    Example:
        >>> no = np.zeros(2, bool)
        >>> words = WordLosses(np.array([1.0, 3.0]), np.array([True, False]), np.array([1, 3]), no)
        >>> scores = describe(words)
        >>> scores["accuracy"], scores["loss_per_word"], scores["loss_per_piece"]
        (0.5, 2.0, 1.0)
    """
    return {
        "count": len(words.loss),
        **share_with_interval("accuracy", int(words.correct.sum()), len(words.loss)),
        **mean_with_interval("loss_per_word", words.loss),
        "loss_per_piece": float(words.loss.sum() / words.pieces.sum()),
        "pieces_per_word": float(words.pieces.mean()),
        "unknown": float(words.unknown.mean()),
        "truncated": words.truncated,
    }
