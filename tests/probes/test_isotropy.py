import itertools
import math

import numpy as np
import pytest

from tfmling.probes.isotropy import mean_cosine, partition_isotropy


def test_mean_cosine_by_hand():
    # cosines of (1,0), (0,2), (-3,0): 0, -1, 0
    assert mean_cosine(np.array([[1.0, 0.0], [0.0, 2.0], [-3.0, 0.0]])) == pytest.approx(-1 / 3)


def test_mean_cosine_is_that_of_all_pairs():
    vectors = np.random.default_rng(1).normal(size=(12, 5)) + 1
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = [a @ b for a, b in itertools.combinations(units, 2)]
    assert mean_cosine(vectors) == pytest.approx(np.mean(pairs))


def test_partition_by_hand():
    # eigenvectors are the axes; Z along ±x: e + 1/e + 2, along ±y: 4
    along_x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    assert partition_isotropy(along_x) == pytest.approx(4 / (math.e + 1 / math.e + 2))
    cross = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    assert partition_isotropy(cross) == pytest.approx(1)


def test_partition_asks_both_ends_of_an_axis():
    # Z along x: e + 1, along -x: 1/e + 1, along ±y: 2
    assert partition_isotropy(np.array([[1.0, 0.0], [0.0, 0.0]])) == pytest.approx(1 / math.e)


def test_long_vectors_do_not_overflow():
    assert partition_isotropy(np.array([[2000.0, 0.0], [0.0, 1.0]])) == pytest.approx(0)


def test_too_little_is_rejected():
    with pytest.raises(ValueError, match="two vectors or more"):
        mean_cosine(np.ones((1, 2)))
    with pytest.raises(ValueError, match="length zero"):
        mean_cosine(np.zeros((2, 2)))
