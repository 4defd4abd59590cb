"""The CRF against the enumeration of all label sequences, in numpy, also compiled by XLA."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfmling.corpora.annotated.schemes import violations
from tfmling.tagging.crf import ConditionalRandomField, allowed_transitions

LABELS = ("B-A", "I-A", "L-A", "O", "U-A")
SCHEME = "BIOUL"
LENGTHS = (4, 1, 3)  # of rows with W = 4
BORDERS = ((1, 1), (1, 1), (0, 0))  # the last row lies inside a sentence


@pytest.fixture(scope="module")
def crf():
    layer = ConditionalRandomField(allowed_transitions(LABELS, SCHEME))
    generator = np.random.default_rng(1)
    for weight in layer.trainable_variables:
        weight.assign(generator.normal(size=weight.shape))
    return layer


@pytest.fixture(scope="module")
def batch():
    emission = np.random.default_rng(2).normal(size=(3, 4, len(LABELS))).astype(np.float32)
    mask = np.array([[int(w < length) for w in range(4)] for length in LENGTHS], np.int32)
    return tf.constant(emission), tf.constant(mask), tf.constant(BORDERS, tf.float32)


def enumerate_row(crf, batch, row):
    """Every sequence that the scheme allows in a row, and its score."""
    start, between, end = (w.numpy() for w in (crf.start, crf.between, crf.end))
    emission, (begins, ends) = batch[0][row].numpy(), BORDERS[row]
    length = LENGTHS[row]
    for path in itertools.product(range(len(LABELS)), repeat=length):
        broken = violations([LABELS[k] for k in path], SCHEME)
        outer = {0: begins, length: ends}
        if any(outer.get(number, 1) for number in broken):
            continue
        score = sum(emission[w, k] for w, k in enumerate(path))
        score += sum(between[a, b] for a, b in itertools.pairwise(path))
        yield path, score + begins * start[path[0]] + ends * end[path[-1]]


def log_sum(scores) -> float:
    return float(np.logaddexp.reduce(np.array(list(scores), np.float64)))


@pytest.mark.parametrize("jit", [False, True])
def test_log_partition(crf, batch, jit):
    found = tf.function(crf.log_partition, jit_compile=jit)(*batch)
    expected = [log_sum(s for _, s in enumerate_row(crf, batch, row)) for row in range(3)]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_best_sequence(crf, batch, jit):
    found = tf.function(crf.decode, jit_compile=jit)(*batch).numpy()
    for row, length in enumerate(LENGTHS):
        best, _ = max(enumerate_row(crf, batch, row), key=lambda item: item[1])
        assert tuple(found[row, :length]) == best


@pytest.mark.parametrize("jit", [False, True])
def test_gradient_is_the_marginals(crf, batch, jit):
    @tf.function(jit_compile=jit)
    def gradient(emission, *others):
        with tf.GradientTape() as tape:
            tape.watch(emission)
            total = tf.reduce_sum(crf.log_partition(emission, *others))
        return tape.gradient(total, emission)

    expected = np.zeros((3, 4, len(LABELS)))
    for row in range(3):
        paths = list(enumerate_row(crf, batch, row))
        total = log_sum(score for _, score in paths)
        for path, score in paths:
            for word, label in enumerate(path):
                expected[row, word, label] += np.exp(score - total)
    np.testing.assert_allclose(gradient(*batch), expected, atol=1e-5)


def test_log_likelihood_sums_over_what_is_not_known(crf, batch):
    # O O (unknown) O; one word U-A; all unknown
    labels = np.array([[3, 3, -100, 3], [4, -100, -100, -100], [-100] * 4])
    found = crf.log_likelihood(*batch, tf.constant(labels, tf.int32)).numpy()
    for row, known in enumerate(labels):
        paths = list(enumerate_row(crf, batch, row))
        agreeing = [
            s for path, s in paths if all(k in (-100, p) for k, p in zip(known, path, strict=False))
        ]
        expected = log_sum(agreeing) - log_sum(s for _, s in paths)
        assert found[row] == pytest.approx(expected, abs=1e-5)
    assert found[2] == pytest.approx(0, abs=1e-5)


def test_forbidden_transitions_are_not_taken_whatever_the_words_say(crf):
    # every word looks like the inside of an entity
    emission = tf.constant(np.tile([0.0, 50.0, 0.0, 0.0, 0.0], (1, 3, 1)), tf.float32)
    mask, whole, middle = tf.ones((1, 3), tf.int32), tf.ones((1, 2)), tf.zeros((1, 2))
    decoded = [LABELS[k] for k in crf.decode(emission, mask, whole).numpy()[0]]
    assert decoded == ["B-A", "I-A", "L-A"]
    assert set(crf.decode(emission, mask, middle).numpy()[0]) == {1}


def test_without_a_scheme_everything_is_allowed():
    allowed = allowed_transitions(["NOUN", "VERB"], None)
    assert allowed.start.all()
    assert allowed.between.shape == (2, 2)
    assert allowed.between.all()
    assert allowed.end.all()


def test_weights_at_zero_give_a_softmax_for_each_word():
    crf = ConditionalRandomField(allowed_transitions(["NOUN", "VERB"], None))
    emission = tf.constant([[[1.0, 0.0], [0.0, 3.0]]])
    label, mask, borders = tf.constant([[0, 1]]), tf.ones((1, 2), tf.int32), tf.ones((1, 2))
    found = crf.log_likelihood(emission, mask, borders, label).numpy()[0]
    assert found == pytest.approx(-np.log1p(np.exp(-1)) - np.log1p(np.exp(-3)), abs=1e-5)
