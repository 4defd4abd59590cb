"""Arrays as .npy files, written atomically and memory-mapped when read."""

import shutil
import tempfile

import numpy as np

from tfmling.core import files, manifest
from tfmling.core.errors import UserError, reading
from tfmling.core.json_values import read_json_object

_EXPECTED = "an array of NumPy"
_COPIED_BYTES = 1 << 24  # per read from a remote file


def write_array(path: str, array: np.ndarray, *, with_checksum: bool = False) -> None:
    """Write an array to a temporary name, sync it, then rename it.

    Args:
        path: of the file; must end in `.npy`.
        array: saved without pickle.
        with_checksum: also write its SHA-256 to a file, for `matches_checksum`.

    Example:
        >>> write_array("a.npy", np.arange(3), with_checksum=True)
        >>> matches_checksum("a.npy"), read_shape("a.npy")
        (True, (3,))
    """
    unfinished = files.temporary_name(path)
    with files.open_binary(unfinished, "wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        files.sync(file)
    if with_checksum:
        files.write_json(_checksum_path(path), {"sha256": manifest.hash_file(unfinished)})
    files.rename(unfinished, path)


def matches_checksum(path: str) -> bool:
    """Whether an array file exists and has the SHA-256 that was written with it.

    Example:
        >>> write_array("a.npy", np.arange(3), with_checksum=True)
        >>> matches_checksum("a.npy"), matches_checksum("missing.npy")
        (True, False)
    """
    try:
        expected = read_json_object(_checksum_path(path)).get("sha256")
        return expected == manifest.hash_file(path)
    except (FileNotFoundError, UserError):
        return False


def _checksum_path(path: str) -> str:
    return f"{path.removesuffix('.npy')}.json"


def read_array(path: str) -> np.ndarray:
    """Memory-map an array; a remote one is copied to a temporary local file first.

    Example:
        >>> write_array("a.npy", np.arange(3))
        >>> read_array("a.npy").tolist()
        [0, 1, 2]
    """
    if not files.is_remote(path):
        return _load(path, path)
    with files.open_binary(path) as remote, tempfile.NamedTemporaryFile(suffix=".npy") as local:
        shutil.copyfileobj(remote, local, _COPIED_BYTES)
        local.flush()
        return _load(local.name, path)  # the mapping outlives the file name


def _load(local: str, path: str) -> np.ndarray:
    with reading(path, _EXPECTED):
        return np.load(local, mmap_mode="r", allow_pickle=False)


def read_shape(path: str) -> tuple[int, ...]:
    """The shape of an array that `write_array` wrote; reads only the header.

    Example:
        >>> write_array("a.npy", np.zeros((3, 2)))
        >>> read_shape("a.npy")
        (3, 2)
    """
    with files.open_binary(path) as file, reading(path, _EXPECTED):
        np.lib.format.read_magic(file)
        return np.lib.format.read_array_header_1_0(file)[0]
