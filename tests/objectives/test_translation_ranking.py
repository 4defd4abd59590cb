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

from tfmling.objectives.sentence_features import MISSING
from tfmling.objectives.settings import Ranking
from tfmling.objectives.translation_ranking import TranslationRanking

SOURCE = tf.constant([[1.0, 0.0], [0.0, 1.0]])
TARGET = tf.constant([[0.6, 0.8], [0.0, 1.0]])
PAIRS = tf.stack([SOURCE, TARGET], axis=1)
KEYS = tf.constant([[0, 2], [1, 3]])


def _ranking(step=None, **settings) -> TranslationRanking:
    return TranslationRanking(Ranking(**settings), step)


def _cross_entropy(logits: list[float], right: int) -> float:
    return math.log(sum(math.exp(logit) for logit in logits)) - logits[right]


FORWARD = (_cross_entropy([1.0, 0.0], 0) + _cross_entropy([1.6, 1.8], 1)) / 2
BACKWARD = (_cross_entropy([1.0, 1.6], 0) + _cross_entropy([0.0, 1.8], 1)) / 2


def test_both_directions_by_hand():
    loss, metrics = _ranking(margin=0.1, scale=2.0)(PAIRS, KEYS)
    assert float(loss) == pytest.approx(FORWARD + BACKWARD, abs=1e-6)
    assert float(metrics["p_at_1"]) == 1.0


def test_margin_does_not_affect_precision():
    # target 1 is nearest to source 1 (1 > 0.8), although a margin of 0.5 reverses the logits
    _, metrics = _ranking(margin=0.5, scale=2.0)(PAIRS, KEYS)
    assert float(metrics["p_at_1"]) == 1.0


@pytest.mark.parametrize(
    ("source_keys", "target_keys", "expected"),
    [
        # two sources of one translation, two translations of one source: all others are masked
        ([0, 1], [7, 7], 0.0),
        ([7, 7], [0, 1], 0.0),
        # target 0 is a copy of source 1: the first of (1.6, 1.8) is masked, and for target 0 the
        # second of (1.0, 1.6)
        ([0, 7], [7, 1], (_cross_entropy([1.0, 0.0], 0) + _cross_entropy([0.0, 1.8], 1)) / 2),
    ],
)
def test_false_negatives_are_masked(source_keys, target_keys, expected):
    keys = tf.stack([source_keys, target_keys], axis=1)
    loss, _ = _ranking(margin=0.1, scale=2.0)(PAIRS, keys)
    assert float(loss) == pytest.approx(expected, abs=1e-6)


def test_masking_can_be_disabled():
    ranking = _ranking(margin=0.1, scale=2.0, mask_false_negatives=False)
    loss, _ = ranking(PAIRS, tf.fill([2, 2], 7))
    assert float(loss) == pytest.approx(FORWARD + BACKWARD, abs=1e-6)


def test_masked_logits_stay_finite():
    ranking = _ranking(margin=0.3, scale=1000.0)
    vectors = tf.math.l2_normalize(tf.random.stateless_normal((8, 4), (1, 2)), -1)
    keys = tf.reshape(tf.range(16), [8, 2])
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        loss, _ = ranking(tf.stack([vectors, -vectors], axis=1), keys)
    assert math.isfinite(float(loss))
    assert np.isfinite(tape.gradient(loss, vectors).numpy()).all()


def test_margin_warms_up():
    step = tf.Variable(1, dtype=tf.int64)
    ranking = _ranking(step, margin=0.4, margin_warmup_steps=4, scale=2.0)
    # a quarter of 0.4 is 0.1, as in the module docstring
    assert float(ranking(PAIRS, KEYS)[0]) == pytest.approx(FORWARD + BACKWARD, abs=1e-6)
    assert float(ranking.schedules()["margin"]) == pytest.approx(0.1)
    step.assign(9)
    assert float(ranking.schedules()["margin"]) == pytest.approx(0.4)


def test_learned_scale_stays_between_its_bounds():
    ranking = _ranking(margin=0.1, scale=2.0, scale_bounds=[1.0, 8.0])
    # log 2 / log 8 = 1/3 = sigmoid(-log 2)
    assert float(ranking.scale.scale_logit) == pytest.approx(-math.log(2), abs=1e-6)
    assert float(ranking(PAIRS, KEYS)[0]) == pytest.approx(FORWARD + BACKWARD, abs=1e-5)
    for logit, scale in ((-40.0, 1.0), (40.0, 8.0), (0.0, math.sqrt(8.0))):
        ranking.scale.scale_logit.assign(logit)
        assert float(ranking.schedules()["scale"]) == pytest.approx(scale, rel=1e-5)


def test_hard_negatives_are_seen_by_every_source():
    # source 0 has (0, 1) with cosines 0 and 1 to the sources, source 1 has none
    hard = tf.constant([[[0.0, 1.0]], [[1.0, 0.0]]])
    vectors = tf.concat([PAIRS, hard], axis=1)
    ranking = _ranking(margin=0.1, scale=2.0)
    forward = [_cross_entropy([1.0, 0.0, 0.0], 0), _cross_entropy([1.6, 1.8, 2.0], 1)]
    loss, metrics = ranking(vectors, tf.constant([[0, 2, 5], [1, 3, MISSING]]))
    assert float(loss) == pytest.approx(sum(forward) / 2 + BACKWARD, abs=1e-6)
    assert float(metrics["p_at_1"]) == 1.0
    # the text of target 1 is a false negative for source 1, but not for source 0
    forward = [_cross_entropy([1.0, 0.0, 0.0], 0), _cross_entropy([1.6, 1.8], 1)]
    loss, _ = ranking(vectors, tf.constant([[0, 2, 3], [1, 3, MISSING]]))
    assert float(loss) == pytest.approx(sum(forward) / 2 + BACKWARD, abs=1e-6)
