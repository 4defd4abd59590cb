"""Masking: whole words, the budget, replacements, the seed."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfmling.inputs.masking import choose_words, mask_tokens

CLS, SEP, MASK = 1, 2, 3


def _row(words: list[int], length: int):
    """Ids, maskable and starts of a row: [CLS], words of the given lengths, [SEP], padding."""
    tokens = sum(words)
    ids = [CLS, *range(10, 10 + tokens), SEP] + [0] * (length - tokens - 2)
    maskable = [False] + [True] * tokens + [False] * (length - tokens - 1)
    starts = [True] + [n == 0 for word in words for n in range(word)]
    starts += [True] * (length - len(starts))
    return ids, maskable, starts


def _batch(rows: list[list[int]], length: int):
    columns = zip(*(_row(words, length) for words in rows), strict=True)
    ids, maskable, starts = (tf.constant(column) for column in columns)
    return tf.cast(ids, tf.int32), maskable, starts


def test_words_are_chosen_whole():
    _, maskable, starts = _batch([[3, 1, 2, 4, 1, 3]] * 200, 20)
    chosen = choose_words(maskable, starts, 0.3, 20, tf.constant([1, 2])).numpy()
    edges = np.cumsum([1, 3, 1, 2, 4, 1, 3])
    for first, last in itertools.pairwise(edges):
        word = chosen[:, first:last]
        assert (word.all(axis=1) | ~word.any(axis=1)).all()
    assert not chosen[:, 0].any()
    assert not chosen[:, 15:].any()
    # the expected share is the rate: 0.3 of 14 tokens is a budget of round(4.2) = 4
    assert chosen.sum() / 200 == pytest.approx(4, abs=0.5)


def test_single_tokens_fill_the_budget_exactly():
    _, maskable, starts = _batch([[1] * 40, [1] * 10, [1] * 2], 64)
    chosen = choose_words(maskable, starts, 0.15, 20, tf.constant([5, 5]))
    assert tf.reduce_sum(tf.cast(chosen, tf.int32), axis=1).numpy().tolist() == [6, 2, 1]


def test_at_most_max_predictions():
    _, maskable, starts = _batch([[1] * 60], 64)
    chosen = choose_words(maskable, starts, 0.5, 7, tf.constant([5, 5]))
    assert int(tf.reduce_sum(tf.cast(chosen, tf.int32))) == 7


def test_words_are_chosen_uniformly():
    _, maskable, starts = _batch([[1] * 10] * 4000, 12)
    chosen = choose_words(maskable, starts, 0.2, 20, tf.constant([9, 1])).numpy()
    shares = chosen[:, 1:11].mean(axis=0)
    # 4000 draws at 0.2: a standard deviation of 0.0063
    np.testing.assert_allclose(shares, 0.2, atol=0.03)


def _mask(ids, maskable, starts, seed=(1, 1), **changes):
    settings = dict(mask_rate=0.15, max_predictions=20, mask_id=MASK, vocabulary_size=1000)
    return mask_tokens(ids, maskable, starts, seed=tf.constant(seed), **(settings | changes))


def test_labels_are_the_masked_tokens_and_others_stay():
    ids, maskable, starts = _batch([[1] * 30, [2] * 10, [1]], 40)
    features = _mask(ids, maskable, starts)
    weights = features["masked_lm_weights"].numpy().astype(bool)
    positions = features["masked_lm_positions"].numpy()
    for row in range(3):
        at = positions[row][weights[row]]
        assert sorted(set(at)) == list(at)
        expected = ids.numpy()[row][at]
        np.testing.assert_array_equal(
            features["masked_lm_ids"].numpy()[row][weights[row]], expected
        )
        untouched = np.setdiff1d(np.arange(40), at)
        np.testing.assert_array_equal(
            features["input_word_ids"].numpy()[row][untouched], ids.numpy()[row][untouched]
        )
        assert not features["masked_lm_ids"].numpy()[row][~weights[row]].any()
    assert features["masked_lm_positions"].shape == (3, 20)


def test_eighty_ten_ten():
    ids, maskable, starts = _batch([[1] * 100] * 400, 128)
    features = _mask(ids, maskable, starts, vocabulary_size=10**6)
    weights = features["masked_lm_weights"].numpy().astype(bool)
    positions = features["masked_lm_positions"]
    now = tf.gather(features["input_word_ids"], positions, batch_dims=1).numpy()[weights]
    before = features["masked_lm_ids"].numpy()[weights]
    # 6,000 tokens: a standard deviation of 0.005 at most
    assert len(now) == 400 * 15
    assert np.mean(now == MASK) == pytest.approx(0.8, abs=0.02)
    assert np.mean(now == before) == pytest.approx(0.1, abs=0.015)


def test_equal_seeds_mask_equal_tokens_and_others_do_not():
    ids, maskable, starts = _batch([[1] * 30] * 4, 40)
    first, again, other = (_mask(ids, maskable, starts, seed) for seed in ((1, 7), (1, 7), (1, 8)))
    for name, tensor in first.items():
        np.testing.assert_array_equal(tensor, again[name])
    assert (first["masked_lm_positions"].numpy() != other["masked_lm_positions"].numpy()).any()


def test_a_row_without_tokens_has_no_predictions():
    ids, maskable, starts = _batch([[]], 8)
    assert not _mask(ids, maskable, starts)["masked_lm_weights"].numpy().any()
