"""Paths of local folders without the characters of glob patterns, for TensorFlow.

TensorFlow finds the files of checkpoints and SavedModels by glob patterns: in `runs [1]/model` it
treats `[1]` as a set of characters and finds nothing. Such a folder gets a symbolic link.
"""

import atexit
import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator

from tfmling.core import files

_PATTERN_CHARACTERS = "*?[\\"
_PLACES = ("/tmp", "/var/tmp", "/dev/shm")


@contextlib.contextmanager
def without_patterns(folder: str, *, create: bool = False) -> Iterator[str]:
    """Yield a path of a local folder without glob characters.

    Args:
        folder: a local folder.
        create: whether to create it first.

    Example:
        >>> with without_patterns("runs [1]", create=True) as path:
        ...     print("[" in path, os.path.isdir(path))
        False True
    """
    if create:
        os.makedirs(folder)
    if not _has_pattern(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="tfmling-", dir=_place()) as links:
        yield _link(folder, links)


def plain_path(folder: str) -> str:
    """Return a path of a folder without glob characters, valid until the process ends.

    A SavedModel uses the paths of its assets as long as it is loaded.

    Args:
        folder: a local folder; a remote one is returned unchanged.

    Example:
        >>> plain_path("runs/model"), "[" in plain_path("runs [1]/model")
        ('runs/model', False)
    """
    if files.is_remote(folder):
        return folder
    local = files.filesystem(folder)[1]
    return _lasting_link(local) if _has_pattern(local) else folder


@functools.lru_cache(maxsize=64)
def _lasting_link(folder: str) -> str:
    links = tempfile.mkdtemp(prefix="tfmling-", dir=_place())
    atexit.register(shutil.rmtree, links, ignore_errors=True)
    return _link(folder, links)


def _has_pattern(folder: str) -> bool:
    return any(character in folder for character in _PATTERN_CHARACTERS)


def _place() -> str:
    places = (tempfile.gettempdir(), *_PLACES)
    return next(p for p in places if not _has_pattern(p) and os.path.isdir(p))


def _link(folder: str, links: str) -> str:
    link = os.path.join(links, "folder")
    os.symlink(os.path.abspath(folder), link)
    return link
