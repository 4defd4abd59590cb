"""The loss of a masked language model on hidden words.

Shapes: B sentences, L length, P hidden pieces, D width, V vocabulary, N hidden words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files
from tfmling.core.intervals import NORMAL_975, Scores, wilson_interval
from tfmling.embedding.embedder import ModelError
from tfmling.evaluation.hidden_words import HiddenWords, hide_words
from tfmling.evaluation.masked_lm import MaskedLMSet
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import MaskedLMHead
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

BIAS = "masked_lm/bias"  # there where a folder keeps the head
_BLOCK = 512  # hidden pieces whose logits exist at once: [512, V] float32


@dataclass(frozen=True)
class ScoredWords:
    """What a model makes of each hidden word.

    Attributes:
        loss: the sum of its pieces' losses, in nats [N].
        right: whether all its pieces were guessed; [UNK] is no guess [N].
        pieces: how many pieces it has [N].
        unknown: whether the vocabulary lacks it, so that its loss is that of [UNK] [N].
        truncated: share of the sentences that are longer than what is read of them.
    """

    loss: np.ndarray
    right: np.ndarray
    pieces: np.ndarray
    unknown: np.ndarray
    truncated: float = 0.0


def score_hidden_words(folder: str, texts: Sequence[str], settings: MaskedLMSet) -> ScoredWords:
    """Hides words of all texts and lets the model of a folder guess them.

    Raises:
        ModelError: the folder keeps no masked-LM head.
    """
    encoder = load_encoder(files.resolve_package(folder), dropout=0.0)
    if BIAS not in encoder.head_weights:
        raise ModelError(
            f"{folder}: keeps no masked-LM head, which sets of kind masked_lm ask; expected what "
            "`train` wrote of a masked_lm task, or a checkpoint of BERT for pretraining"
        )
    head = MaskedLMHead(encoder)
    longest = encoder.max_sequence_length
    max_length = longest if settings.max_length is None else min(settings.max_length, longest)
    tokenizer = build_tokenizer(encoder.vocabulary)
    batches = list(_batches(texts, tokenizer, max_length, settings))
    truncated_N = tokenizer.is_truncated(tf.constant(list(texts)), max_length).numpy()
    states = tf.function(
        lambda inputs: encoder(inputs)["sequence_output"], reduce_retracing=True, autograph=False
    )
    scored = [
        _score(batch, states(batch.inputs).numpy(), encoder, head)
        for batch in tqdm(batches, desc=settings.name)
    ]
    return ScoredWords(
        np.concatenate([one.loss for one in scored]),
        np.concatenate([one.right for one in scored]),
        np.concatenate([one.pieces for one in scored]),
        np.concatenate([one.unknown for one in scored]),
        float(truncated_N.mean()),
    )


def _batches(
    texts: Sequence[str], tokenizer: SubwordTokenizer, max_length: int, settings: MaskedLMSet
) -> Iterator[HiddenWords]:
    words = tokenizer.words(tf.constant(list(texts))).to_list()
    numbers = [number for number in range(len(texts)) if words[number]]
    numbers.sort(key=lambda number: sum(map(len, words[number])))  # alike in length: little padding
    for start in range(0, len(numbers), settings.batch_size):
        of_batch = numbers[start : start + settings.batch_size]
        yield hide_words(
            [words[number] for number in of_batch],
            of_batch,
            tokenizer.vocabulary,
            mask_rate=settings.mask_rate,
            max_length=max_length,
            seed=settings.seed,
        )


def _score(
    batch: HiddenWords, states_BLD: np.ndarray, encoder: Encoder, head: MaskedLMHead
) -> ScoredWords:
    loss_P, right_P = _guess(states_BLD[batch.row, batch.position], batch.label, encoder, head)
    pieces_N = np.bincount(batch.word)
    unknown_P = batch.label == encoder.vocabulary.unk_id
    wrong_N = np.bincount(batch.word, ~right_P | unknown_P)
    unknown_N = np.bincount(batch.word, unknown_P) > 0
    return ScoredWords(np.bincount(batch.word, loss_P), wrong_N == 0, pieces_N, unknown_N)


def _guess(
    states_PD: np.ndarray, label_P: np.ndarray, encoder: Encoder, head: MaskedLMHead
) -> tuple[np.ndarray, np.ndarray]:
    losses, right = [np.zeros(0)], [np.zeros(0, bool)]
    for start in range(0, len(label_P), _BLOCK):
        labels = label_P[start : start + _BLOCK]
        logits_PV = head(states_PD[start : start + _BLOCK], encoder.embedding_table)
        losses.append(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits_PV).numpy())
        right.append(logits_PV.numpy().argmax(axis=1) == labels)
    return np.concatenate(losses), np.concatenate(right)


def describe(words: ScoredWords) -> Scores:
    """Means over hidden words, with 95 % intervals (Wilson for shares, normal for losses).

    Returns:
        `count` hidden words; `accuracy`, `loss_per_word` and their `_low`, `_high`;
        `loss_per_piece`, `pieces_per_word` and `unknown`, the share of words whose loss is that of
        [UNK] and says nothing; `truncated`, the share of sentences that were cut.
    """
    count, right = len(words.loss), int(words.right.sum())
    low, high = wilson_interval(right, count)
    loss = float(words.loss.mean())
    half_width = NORMAL_975 * float(words.loss.std(ddof=count > 1)) / count**0.5
    return {
        "count": count,
        "accuracy": right / count,
        "accuracy_low": low,
        "accuracy_high": high,
        "loss_per_word": loss,
        "loss_per_word_low": loss - half_width,
        "loss_per_word_high": loss + half_width,
        "loss_per_piece": float(words.loss.sum() / words.pieces.sum()),
        "pieces_per_word": float(words.pieces.mean()),
        "unknown": float(words.unknown.mean()),
        "truncated": words.truncated,
    }
