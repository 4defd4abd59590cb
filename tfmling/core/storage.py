"""The supported file systems: the local one and a short list of remote ones.

fsspec also supports `http://`, `ftp://`, `ssh://`, `github://` and chains of them. Paths in
settings may only have the schemes in SCHEMES, and no server is contacted until a file is opened.
"""

import importlib.util
import os
import re

from tfmling.core.errors import InputError

# scheme -> the package that fsspec needs and how to install it, or None
SCHEMES: dict[str, tuple[str, str] | None] = {
    "file": None,
    "memory": None,
    "gs": ("gcsfs", "-e '.[gcs]'"),
    "gcs": ("gcsfs", "-e '.[gcs]'"),
    "s3": ("s3fs", "s3fs"),
    "az": ("adlfs", "adlfs"),
    "abfs": ("adlfs", "adlfs"),
    "abfss": ("adlfs", "adlfs"),
    "hf": ("huggingface_hub", "huggingface_hub"),
}
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


class UnsupportedPathError(InputError, ValueError):
    """The scheme of a path is not in SCHEMES, or its package is not installed.

    Example:
        >>> UnsupportedPathError("ftp://host/a.txt: expected a local path").exit_status
        2
    """


def scheme_of(path: str) -> str:
    """Return the scheme of a path; `file` for a local path.

    Example:
        >>> scheme_of("gs://bucket/a.txt"), scheme_of("a.txt")
        ('gs', 'file')
    """
    found = _URL.match(path)
    return found[1] if found else "file"


def _can_be_a_name(path: str) -> bool:
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:  # half a surrogate pair
        return False


def check_path(path: str) -> None:
    """Check that a path has a supported file system, without contacting it.

    Raises:
        UnsupportedPathError: another scheme, a chain of URLs, or a missing package.

    Example:
        >>> check_path("corpora/a.txt")
        >>> check_path("ftp://host/a.txt")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.storage.UnsupportedPathError: ftp://host/a.txt: expected a local path or ...
    """
    if not _can_be_a_name(path):
        raise UnsupportedPathError(
            f"{path!r:.80}: expected a valid path, found characters that no file system allows"
        )
    scheme, chained = scheme_of(path), "::" in path and "://" in path
    if path.startswith("file://") and not path.startswith("file:///"):
        raise UnsupportedPathError(
            f"{path}: expected file:/// and an absolute path, found a host; give only the path"
        )
    if chained or scheme not in SCHEMES:
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise UnsupportedPathError(
            f"{path}: expected a local path or one of {known}, found "
            f"{'a chain of URLs' if chained else f'{scheme}://'}; copy the files first"
        )
    needed = SCHEMES[scheme]
    if needed and importlib.util.find_spec(needed[0]) is None:
        raise UnsupportedPathError(
            f"{path}: {scheme}:// needs the package {needed[0]}: pip install {needed[1]}"
        )
