"""Folders of vectors: round trips, and rejection of inconsistent ones."""

import dataclasses

import numpy as np
import pytest

from tests.mining.folders import write_folder
from tests.written import finish_output
from tfmling.core import files, manifest
from tfmling.mining import sentences
from tfmling.mining.sentences import MinedSentence, SentenceFiles
from tfmling.mining.vectors import (
    VectorFolder,
    VectorsError,
    check_same_model,
    model_version,
    write_description,
)


def test_rows_are_numbered_across_shards(tmp_path):
    folder = VectorFolder(write_folder(tmp_path, [2, 0, 3]))
    assert folder.first_rows.tolist() == [0, 2, 2, 5]
    assert [folder.place(row) for row in range(5)] == [(0, 0), (0, 1), (2, 0), (2, 1), (2, 2)]
    assert folder.sentences(2)[1].text == "sentence 3"
    assert folder.vectors(2).shape == (3, 4)


def test_sentences_round_trip(tmp_path):
    rows = [
        MinedSentence("ሰላም ልዑል", "a.txt:1"),
        MinedSentence("", "b:2"),
        MinedSentence("x", "c\td:3"),
    ]
    path = str(tmp_path / "shard")
    sentences.write_sentences(path, rows)
    assert list(SentenceFiles(path)) == rows
    assert sentences.are_unchanged(path, rows)
    assert not sentences.are_unchanged(path, rows[:2])
    assert not sentences.are_unchanged(path, [*rows[:2], MinedSentence("y", "c\td:3")])
    with pytest.raises(IndexError, match="expected 0 to 2, got 3"):
        SentenceFiles(path)[3]


def test_unfinished_folders_are_rejected(tmp_path):
    path = write_folder(tmp_path, [1])
    files.remove(files.join(path, "MANIFEST.json"))
    with pytest.raises(manifest.IncompleteError):
        VectorFolder(path)


@pytest.mark.parametrize("change", [{"width": 5}, {"rows": (2,)}])
def test_shards_of_another_shape_are_rejected(tmp_path, change):
    path = write_folder(tmp_path, [1])
    description = VectorFolder(path).description
    write_description(path, dataclasses.replace(description, **change))
    finish_output(path)
    with pytest.raises(VectorsError, match=r"shard 0: expected .* got \[1, 4\]"):
        VectorFolder(path)


@pytest.mark.parametrize(
    ("change", "name"), [({"model": "other"}, "model"), ({"width": 8}, "width")]
)
def test_sides_of_two_models_are_rejected(tmp_path, change, name):
    one = VectorFolder(write_folder(tmp_path / "one", [1]))
    other = VectorFolder(write_folder(tmp_path / "other", [1], **change))
    check_same_model(one, one)
    with pytest.raises(VectorsError, match=f"{name} is"):
        check_same_model(one, other)


def test_the_version_of_a_model_hashes_names_and_contents(tmp_path):
    for name, content in (("a", "1"), ("b", "1"), ("c", "2")):
        (tmp_path / name / "variables").mkdir(parents=True)
        (tmp_path / name / "variables" / "data").write_text(content)
    versions = [model_version(str(tmp_path / name)) for name in "abc"]
    assert versions[0] == versions[1] != versions[2]
    assert model_version(f"{tmp_path / 'a'}/") == versions[0]


def test_vectors_are_mapped_not_read(tmp_path):
    vectors = VectorFolder(write_folder(tmp_path, [3])).vectors(0)
    assert isinstance(vectors, np.memmap)
