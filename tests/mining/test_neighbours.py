"""Exact neighbours: by hand, and against a full sort."""

import numpy as np
import pytest

from tfmling.mining.neighbours import nearest_neighbours


def test_by_hand():
    candidates = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], np.float32)
    queries = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    found = nearest_neighbours(queries, candidates, k=2)
    assert found.index.tolist() == [[0, 2], [1, 2]]
    np.testing.assert_allclose(found.similarity, [[1.0, 0.6], [1.0, 0.8]])
    np.testing.assert_allclose(found.mean_similarity, [0.8, 0.9])


@pytest.mark.parametrize("block", [1, 3, 7, 100])
def test_equals_a_full_sort_whatever_the_block(block):
    random = np.random.default_rng(1)
    queries = random.normal(size=(23, 5)).astype(np.float32)
    candidates = random.normal(size=(31, 5)).astype(np.float32)
    expected = np.argsort(-(queries @ candidates.T), axis=1)[:, :6]
    found = nearest_neighbours(queries, candidates, k=6, block=block)
    np.testing.assert_array_equal(found.index, expected)


def test_equal_similarities_come_by_rising_index():
    candidates = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], np.float32)
    found = nearest_neighbours(np.array([[1.0, 0.0]], np.float32), candidates, k=4, block=2)
    assert found.index.tolist() == [[1, 2, 3, 0]]


def test_no_queries():
    found = nearest_neighbours(np.zeros((0, 3)), np.ones((4, 3)), k=2)
    assert found.index.shape == (0, 2)


@pytest.mark.parametrize("k", [0, 4])
def test_k_out_of_range(k):
    with pytest.raises(ValueError, match=rf"k: expected 1 to 3 .*got {k}"):
        nearest_neighbours(np.ones((2, 3)), np.ones((3, 3)), k)


def test_other_widths():
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 4\)"):
        nearest_neighbours(np.ones((2, 3)), np.ones((2, 4)), 1)
