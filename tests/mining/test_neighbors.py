"""Exact neighbors: by hand, and against a full sort."""

import numpy as np
import pytest

from tfmling.mining.neighbors import (
    Neighbors,
    merge_neighbors,
    nearest_neighbors,
    neighbors_both_ways,
)
from tfmling.mining.top_k import MISSING


def test_by_hand():
    candidates = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], np.float32)
    queries = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    found = nearest_neighbors(queries, candidates, k=2)
    assert found.index.tolist() == [[0, 2], [1, 2]]
    np.testing.assert_allclose(found.similarity, [[1.0, 0.6], [1.0, 0.8]])
    np.testing.assert_allclose(found.mean_similarity, [0.8, 0.9])


@pytest.mark.parametrize("block", [1, 3, 7, 100])
def test_equals_a_full_sort_whatever_the_block(block):
    random = np.random.default_rng(1)
    queries = random.normal(size=(23, 5)).astype(np.float32)
    candidates = random.normal(size=(31, 5)).astype(np.float32)
    expected = np.argsort(-(queries @ candidates.T), axis=1)[:, :6]
    found = nearest_neighbors(queries, candidates, k=6, block=block)
    np.testing.assert_array_equal(found.index, expected)


def test_equal_similarities_come_by_rising_index():
    candidates = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], np.float32)
    found = nearest_neighbors(np.array([[1.0, 0.0]], np.float32), candidates, k=4, block=2)
    assert found.index.tolist() == [[1, 2, 3, 0]]


def test_no_queries():
    found = nearest_neighbors(np.zeros((0, 3)), np.ones((4, 3)), k=2)
    assert found.index.shape == (0, 2)


@pytest.mark.parametrize("k", [0, 4])
def test_k_out_of_range(k):
    with pytest.raises(ValueError, match=rf"k: expected 1 to 3 .*got {k}"):
        nearest_neighbors(np.ones((2, 3)), np.ones((3, 3)), k)


def test_other_widths():
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 4\)"):
        nearest_neighbors(np.ones((2, 3)), np.ones((2, 4)), 1)


@pytest.mark.parametrize("block", [64, 100, 1000])
# 3: nearly all similarities are equal; 2,000: sums stay below 2**24, exact in any order
@pytest.mark.parametrize("levels", [3, 2_000])
def test_both_ways_equal_two_full_sorts(block, levels):
    random = np.random.default_rng(block)
    source = random.integers(-levels, levels, size=(321, 2)).astype(np.int16)
    target = random.integers(-levels, levels, size=(257, 2)).astype(np.int16)
    product = source.astype(np.float32) @ target.astype(np.float32).T
    both = neighbors_both_ways(source, target, 5, block=block)
    for found, matrix in zip(both, (product, product.T), strict=True):
        expected = np.argsort(-matrix, axis=1, kind="stable")[:, :5]
        np.testing.assert_array_equal(found.index, expected)
        np.testing.assert_array_equal(
            found.similarity, np.take_along_axis(matrix, expected, axis=1)
        )


def test_parts_merge_in_any_order():
    random = np.random.default_rng(3)
    queries = random.integers(-3, 3, size=(20, 4)).astype(np.float32)
    candidates = random.integers(-3, 3, size=(50, 4)).astype(np.float32)
    parts = []
    for start in range(0, 50, 10):
        part = nearest_neighbors(queries, candidates[start : start + 10], 6)
        parts.append(Neighbors(part.similarity, part.index + start))
    whole = nearest_neighbors(queries, candidates, 6)
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 1, 3]):
        merged = merge_neighbors([parts[number] for number in order])
        np.testing.assert_array_equal(merged.index, whole.index)
        np.testing.assert_array_equal(merged.similarity, whole.similarity)


def test_fewer_candidates_than_k():
    forward, backward = neighbors_both_ways(np.eye(3)[:1], np.eye(3)[:2], k=3)
    assert forward.index.tolist() == [[0, 1, MISSING]]
    assert forward.mean_similarity.tolist() == [0.5]
    assert backward.index.tolist() == [[0, MISSING, MISSING]] * 2
    assert backward.mean_similarity.tolist() == [1.0, 0.0]
