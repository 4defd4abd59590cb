"""Arrays as .npy files that appear whole and are mapped into memory instead of read."""

import shutil
import tempfile

import numpy as np

from tfmling.core import files, manifest
from tfmling.core.errors import UserError, reading
from tfmling.core.json_values import read_json_object

_EXPECTED = "an array of NumPy"
_COPIED_BYTES = 1 << 24  # of a remote file at a time


def write_array(path: str, array: np.ndarray, *, noted: bool = False) -> None:
    """Writes an array under another name, syncs it, then renames.

    Args:
        path: of the file, which ends in `.npy`.
        array: is written without pickles.
        noted: whether its SHA-256 is written beside it, for `is_as_noted`.
    """
    unfinished = files.temporary_name(path)
    with files.open_binary(unfinished, "wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        files.sync(file)
    if noted:
        files.write_json(_note(path), {"sha256": manifest.hash_file(unfinished)})
    files.rename(unfinished, path)


def is_as_noted(path: str) -> bool:
    """Whether a file of an array is there and has the SHA-256 that was noted when it was written.

    False without a note.
    """
    try:
        noted = read_json_object(_note(path)).get("sha256")
        return noted == manifest.hash_file(path)
    except (FileNotFoundError, UserError):
        return False


def _note(path: str) -> str:
    return f"{path.removesuffix('.npy')}.json"


def read_array(path: str) -> np.ndarray:
    """The array of a file, mapped; of a remote one a copy on the local disk, until it is let go."""
    if not files.is_remote(path):
        return _load(path, path)
    with files.open_binary(path) as remote, tempfile.NamedTemporaryFile(suffix=".npy") as local:
        shutil.copyfileobj(remote, local, _COPIED_BYTES)
        local.flush()
        return _load(local.name, path)  # outlives the file's name


def _load(local: str, path: str) -> np.ndarray:
    with reading(path, _EXPECTED):
        return np.load(local, mmap_mode="r", allow_pickle=False)


def read_shape(path: str) -> tuple[int, ...]:
    """The shape of an array that `write_array` wrote: only the header is read."""
    with files.open_binary(path) as file, reading(path, _EXPECTED):
        np.lib.format.read_magic(file)
        return np.lib.format.read_array_header_1_0(file)[0]
