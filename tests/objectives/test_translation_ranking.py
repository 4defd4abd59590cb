"""Translation ranking by hand.

Two pairs. Sources (1,0) and (0,1); targets (0.6,0.8) and (0,1). Cosines:

            target 0   target 1
  source 0    0.6        0
  source 1    0.8        1

With margin 0.1 and scale 2 the logits are (1.0, 0) and (1.6, 1.8) from source to target, and
(1.0, 1.6) and (0, 1.8) from target to source.
"""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfmling.objectives.translation_ranking import TranslationRanking

SOURCE = tf.constant([[1.0, 0.0], [0.0, 1.0]])
TARGET = tf.constant([[0.6, 0.8], [0.0, 1.0]])
DISTINCT = tf.constant([0, 1])
OTHERS = tf.constant([2, 3])


def _cross_entropy(logits: list[float], right: int) -> float:
    return math.log(sum(math.exp(logit) for logit in logits)) - logits[right]


FORWARD = (_cross_entropy([1.0, 0.0], 0) + _cross_entropy([1.6, 1.8], 1)) / 2
BACKWARD = (_cross_entropy([1.0, 1.6], 0) + _cross_entropy([0.0, 1.8], 1)) / 2


def test_both_directions_by_hand():
    loss, found = TranslationRanking(margin=0.1, scale=2.0)(SOURCE, TARGET, DISTINCT, OTHERS)
    assert float(loss) == pytest.approx(FORWARD + BACKWARD, abs=1e-6)
    assert float(found) == 1.0


def test_the_margin_does_not_count_in_what_was_found():
    # source 1 finds target 1 (1 against 0.8) though a margin of 0.5 turns its logits around
    _, found = TranslationRanking(margin=0.5, scale=2.0)(SOURCE, TARGET, DISTINCT, OTHERS)
    assert float(found) == 1.0


@pytest.mark.parametrize(
    ("source_keys", "target_keys", "expected"),
    [
        # two sources of one translation, two translations of one source: each finds only its own
        ([0, 1], [7, 7], 0.0),
        ([7, 7], [0, 1], 0.0),
        # target 0 is a copy of source 1: (1.6, 1.8) loses its first, and so does (1.0, 1.6) of
        # target 0 its second
        ([0, 7], [7, 1], (_cross_entropy([1.0, 0.0], 0) + _cross_entropy([0.0, 1.8], 1)) / 2),
    ],
)
def test_an_equal_sentence_is_no_negative(source_keys, target_keys, expected):
    keys = tf.constant(source_keys), tf.constant(target_keys)
    loss, _ = TranslationRanking(margin=0.1, scale=2.0)(SOURCE, TARGET, *keys)
    assert float(loss) == pytest.approx(expected, abs=1e-6)


def test_duplicates_can_be_left_in():
    ranking = TranslationRanking(margin=0.1, scale=2.0, mask_duplicates=False)
    same = tf.constant([7, 7])
    loss, _ = ranking(SOURCE, TARGET, same, same)
    assert float(loss) == pytest.approx(FORWARD + BACKWARD, abs=1e-6)


def test_far_logits_stay_finite():
    ranking = TranslationRanking(margin=0.3, scale=1000.0)
    vectors = tf.math.l2_normalize(tf.random.stateless_normal((8, 4), (1, 2)), -1)
    keys = tf.range(8), 8 + tf.range(8)
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        loss, _ = ranking(vectors, -vectors, *keys)
    assert math.isfinite(float(loss))
    assert np.isfinite(tape.gradient(loss, vectors).numpy()).all()
