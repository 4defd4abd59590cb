"""States that are kept give what encoding again gives, and no more room is taken than allowed."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.tagging.batches import stack_rows
from tfmling.tagging.crf import allowed_transitions
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.settings import BilstmCrfHead, StateCache, TaggingInputs
from tfmling.tagging.state_cache import CacheSizeError, with_states

LABELS = ("B-A", "I-A", "O")
INPUTS = TaggingInputs(max_length=16, overlap=0, batch_size=4, length_step=4)


def rows(count: int = 10) -> list[dict]:
    """Sentences of 1 to 5 words, of which every second has two pieces."""
    generator = np.random.default_rng(1)
    found = []
    for number in range(count):
        pieces = [1 + word % 2 for word in range(1 + number % 5)]
        length = sum(pieces) + 2
        positions = 1 + np.cumsum(pieces) - pieces
        labels = np.full(length, -100)
        labels[positions] = generator.integers(0, 3, len(pieces))
        ids = np.concatenate([[2], generator.integers(5, 21, length - 2), [3]])
        zeros = np.zeros(length, int)
        found.append(
            {"input_word_ids": ids, "input_mask": zeros + 1, "input_type_ids": zeros,
             "token_labels": labels, "word_positions": positions, "borders": np.array([1, 1])}
        )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def tagger():
    head = BilstmCrfHead(kind="bilstm_crf", width=8, num_layers=1, dropout=0.0)
    return CrfTagger(tiny.tiny_encoder(), allowed_transitions(LABELS, None), head)


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_loss_and_gradient_of_kept_states_are_those_of_encoding(tagger, where):
    kept = with_states(tagger, rows(), INPUTS, StateCache(where=where))
    assert [row["word_states"].shape for row in kept[:2]] == [(1, 2, 16), (2, 2, 16)]
    both = []
    for chosen in (rows(), kept):
        batch = stack_rows(
            chosen, TaggingInputs(batch_size=12, max_length=16, overlap=0, length_step=4)
        )
        features = {name: tf.constant(array) for name, array in batch.items()}
        with tf.GradientTape() as tape:
            loss, count = tagger(features, training=True)
        gradients = tape.gradient(loss, [v.value for v in tagger.trained])
        both.append([loss, count, *map(tf.convert_to_tensor, gradients)])
    assert float(both[0][1]) == 10
    for again, cached in zip(*both, strict=True):
        np.testing.assert_allclose(cached, again, rtol=1e-5, atol=1e-6)


def test_kept_states_are_not_of_another_row(tagger):
    kept = with_states(tagger, rows(), INPUTS, StateCache(where="memory"))
    for row in kept:
        batch = stack_rows(
            [{k: v for k, v in row.items() if k != "word_states"}],
            TaggingInputs(batch_size=1, max_length=16, overlap=0, length_step=1),
        )
        alone = tagger.word_states({name: tf.constant(a) for name, a in batch.items()})
        words = len(row["word_positions"])
        np.testing.assert_allclose(row["word_states"], alone[0, :words], atol=1e-5)


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_too_much_is_rejected_before_it_is_written(tagger, where):
    # 30 words x 2 layers x 16 numbers x 4 bytes = 3,840 bytes
    enough, little = 3840 / (1 << 30), 3839 / (1 << 30)
    with_states(tagger, rows(), INPUTS, StateCache(where=where, max_gib=enough))
    with pytest.raises(CacheSizeError, match=r"30 words of 2 layers\); raise fit.cache.max_gib"):
        with_states(tagger, rows(), INPUTS, StateCache(where=where, max_gib=little))
