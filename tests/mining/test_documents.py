"""Pairing documents by name, by list, and by mean vectors."""

import numpy as np
import pytest

from tests.mining.folders import write_folder
from tfmling.mining.documents import ByList, ByName, ByVectors, mean_vectors
from tfmling.mining.quantization import quantize
from tfmling.mining.vectors import VectorFolder, VectorsError

# three directions; a document of the source is the mean of its rows
SOURCE = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1.0]])
TARGET = np.array([[0, 0.1, 1], [0, 1, 0.1], [1, 0.5, 0.0]])


@pytest.fixture
def sides(tmp_path):
    source = [[["/sw/a", 0, 2]], [["/sw/b", 0, 1], ["/sw/c", 1, 1]]]
    target = [[["/en/c", 0, 1], ["/en/b", 1, 1], ["/en/a", 2, 1]]]
    return (
        VectorFolder(write_folder(tmp_path / "sw", [2, 2], vectors=SOURCE, documents=source)),
        VectorFolder(write_folder(tmp_path / "en", [3], vectors=TARGET, documents=target)),
    )


def names(pairs):
    return sorted((source.name[-1], target.name[-1]) for source, target in pairs)


def test_by_name(sides):
    found = ByName(kind="name", remove="/(sw|en)/").match(*sides)
    assert names(found) == [("a", "a"), ("b", "b"), ("c", "c")]
    assert [(d.first, d.count) for d, _ in found] == [(0, 2), (2, 1), (3, 1)]
    assert ByName(kind="name", remove="nothing").match(*sides) == []


def test_by_list(sides, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("/sw/a\t/en/c\n/sw/a\t/en/b\n/sw/unknown\t/en/b\n/sw/a\t/en/c\n")
    assert names(ByList(kind="list", path=str(path)).match(*sides)) == [("a", "b"), ("a", "c")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/sw/a /en/a\n", "pairs.tsv:1: expected two names"),
        ("x\ty\n", "of 1 different pairs, .* names look like '/sw/a', '/en/a'"),
    ],
)
def test_malformed_lists(sides, tmp_path, text, said):
    path = tmp_path / "pairs.tsv"
    path.write_text(text)
    with pytest.raises(VectorsError, match=said):
        ByList(kind="list", path=str(path)).match(*sides)


def test_mean_vectors_are_directions_of_sums(sides):
    source, _ = sides
    grid = quantize(SOURCE).astype(float)
    expected = quantize(np.stack([grid[0] + grid[1], grid[2], grid[3]]))
    np.testing.assert_array_equal(mean_vectors(source, source.documents()), expected)


def test_by_vectors(sides):
    found = ByVectors(kind="vectors", neighbors=2).match(*sides)
    assert names(found) == [("a", "a"), ("b", "b"), ("c", "c")]
    assert ByVectors(kind="vectors", neighbors=2, min_margin=9).match(*sides) == []


def test_sentences_without_documents_are_rejected(tmp_path, sides):
    without = VectorFolder(write_folder(tmp_path / "plain", [2], width=3))
    with pytest.raises(VectorsError, match="not grouped by document"):
        ByVectors(kind="vectors").match(without, sides[1])
