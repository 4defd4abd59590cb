"""Arrays as .npy files that appear whole and are mapped into memory instead of read."""

import shutil
import tempfile
import uuid

import numpy as np

from tfmling import files

_COPIED_BYTES = 1 << 24  # of a remote file at a time


def write_array(path: str, array: np.ndarray) -> None:
    """Writes an array under another name, then renames."""
    unfinished = f"{path}.{uuid.uuid4().hex[:8]}.tmp"
    with files.open_binary(unfinished, "wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    files.rename(unfinished, path)


def read_array(path: str) -> np.ndarray:
    """The array of a file, mapped; of a remote one a copy on the local disk, until it is let go."""
    if not files.is_remote(path):
        return np.load(path, mmap_mode="r", allow_pickle=False)
    with files.open_binary(path) as remote, tempfile.NamedTemporaryFile(suffix=".npy") as local:
        shutil.copyfileobj(remote, local, _COPIED_BYTES)
        local.flush()
        return np.load(local.name, mmap_mode="r", allow_pickle=False)  # outlives the file's name


def read_shape(path: str) -> tuple[int, ...]:
    """The shape of an array that `write_array` wrote: only the header is read."""
    with files.open_binary(path) as file:
        np.lib.format.read_magic(file)
        return np.lib.format.read_array_header_1_0(file)[0]
