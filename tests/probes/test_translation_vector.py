"""A language that is the other one, moved: the known answer is 1; mixed up, it is 1 in N."""

import numpy as np

from tfmling.probes import translation_vector as probe

STEP = np.array([5.0, -3.0, 0.0, 1.0])


def test_a_moved_language_is_found():
    source = np.random.default_rng(1).normal(size=(3000, 4))
    vector = probe.translation_vector(source, source + STEP)
    np.testing.assert_allclose(vector, STEP)
    assert probe.nearest_accuracy(source, source + STEP, vector) == 1.0
    assert probe.nearest_accuracy(source, source + STEP, 0 * vector) < 0.1


def test_by_hand():
    # moved by 1: 1 and 11; nearest of 0, 9, are 0 and 9: right for both. Moved by 6: 6 and 16: 9, 9
    source, target = np.array([[0.0], [10.0]]), np.array([[0.0], [9.0]])
    assert probe.nearest_accuracy(source, target, np.array([1.0])) == 1.0
    assert probe.nearest_accuracy(source, target, np.array([6.0])) == 0.5


def test_distance_is_euclidean_not_a_product():
    # by dot product the long vector would win
    source, target = np.array([[1.0, 0.0], [9.0, 0.0]]), np.array([[1.0, 0.0], [9.0, 0.0]])
    assert probe.nearest_accuracy(source, target, np.zeros(2)) == 1.0
