"""Arrays as .npy files that appear whole and are mapped into memory instead of read."""

import uuid

import numpy as np

from tfmling import files


def write_array(path: str, array: np.ndarray) -> None:
    """Writes an array under another name, then renames."""
    unfinished = f"{path}.{uuid.uuid4().hex[:8]}.tmp"
    with files.open_binary(unfinished, "wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    files.rename(unfinished, path)


def read_array(path: str) -> np.ndarray:
    """The array of a file: mapped where it is local, read where it is remote."""
    if not files.is_remote(path):
        return np.load(path, mmap_mode="r", allow_pickle=False)
    with files.open_binary(path) as file:
        return np.load(file, allow_pickle=False)
