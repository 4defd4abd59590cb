"""Remote arrays are copied before they are mapped; shapes come from headers alone."""

import io
import tempfile
import uuid

import numpy as np
import pytest

from tests.mining.folders import write_folder
from tests.written import finish_output
from tfmling.core import files
from tfmling.mining.arrays import read_array, read_shape, write_array
from tfmling.mining.vectors import VectorFolder

ARRAY = np.arange(6, dtype=np.int16).reshape(2, 3)


@pytest.fixture
def remote():
    """An empty folder that is not on this disk."""
    return f"memory://{uuid.uuid4().hex}"


def header(array):
    """The beginning of its file, without its numbers."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()[: -array.nbytes]


@pytest.mark.parametrize("array", [ARRAY, ARRAY[:0]])
def test_a_remote_array_is_mapped_from_a_temporary_file(remote, array, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    write_array(f"{remote}/a.npy", array)
    found = read_array(f"{remote}/a.npy")
    assert isinstance(found, np.memmap)
    np.testing.assert_array_equal(found, array, strict=True)
    assert not list(tmp_path.iterdir())


def test_a_shape_is_read_without_the_numbers(remote, tmp_path):
    for folder in (remote, str(tmp_path)):
        files.write_bytes(f"{folder}/a.npy", header(ARRAY))
        assert read_shape(f"{folder}/a.npy") == (2, 3)


def test_a_remote_folder_is_opened_by_the_headers_of_its_vectors(remote, tmp_path):
    local = write_folder(tmp_path, [2], width=3)
    for path in tmp_path.iterdir():
        files.write_bytes(f"{remote}/{path.name}", path.read_bytes())
    files.write_bytes(f"{remote}/00000-of-00001.vectors.npy", header(ARRAY))
    finish_output(remote)
    assert VectorFolder(remote).description == VectorFolder(local).description
