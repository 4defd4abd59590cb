"""FAISS indexes: the same order and padding as exact search."""

import numpy as np
import pytest

from tfmling.mining.indexes import HnswIndex, IvfIndex
from tfmling.mining.neighbors import nearest_neighbors
from tfmling.mining.quantization import quantize
from tfmling.mining.top_k import MISSING

RANDOM = np.random.default_rng(5)
CANDIDATES = quantize(RANDOM.normal(size=(900, 16)))
QUERIES = quantize(RANDOM.normal(size=(50, 16)))
EVERYWHERE = [IvfIndex(kind="ivf", probes=1000), HnswIndex(kind="hnsw", search_width=900)]


@pytest.mark.parametrize("index", EVERYWHERE, ids=lambda index: index.kind)
def test_searching_everything_equals_exact_search(index):
    found = index.search(index.build(CANDIDATES), QUERIES, 4)
    expected = nearest_neighbors(QUERIES, CANDIDATES, 4)
    np.testing.assert_array_equal(found.index, expected.index)
    np.testing.assert_array_equal(found.similarity, expected.similarity)


def test_few_probes_find_less():
    expected = nearest_neighbors(QUERIES, CANDIDATES, 4).index
    index = IvfIndex(kind="ivf", lists=20, probes=1)
    found = index.search(index.build(CANDIDATES), QUERIES, 4).index
    share = np.mean([len(set(a) & set(b)) / 4 for a, b in zip(found, expected, strict=True)])
    assert 0.1 < share < 0.9


@pytest.mark.parametrize("index", EVERYWHERE, ids=lambda index: index.kind)
@pytest.mark.parametrize("count", [0, 2])
def test_fewer_candidates_than_k(index, count):
    found = index.search(index.build(CANDIDATES[:count]), QUERIES[:3], 4)
    assert (found.index[:, count:] == MISSING).all()
    assert np.isneginf(found.similarity[:, count:]).all()
    assert (found.index[:, :count] != MISSING).all()


def test_no_queries():
    index = EVERYWHERE[0]
    assert index.search(index.build(CANDIDATES), QUERIES[:0], 4).index.shape == (0, 4)
