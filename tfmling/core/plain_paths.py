"""Local folders under paths in which TensorFlow finds no pattern.

TensorFlow looks for the files of checkpoints and SavedModels by patterns: in `runs [1]/model` it
takes `[1]` for a set of characters, and finds nothing. A symbolic link without such characters
stands for the folder.
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
    """A path of a local folder without characters of patterns, within the context.

    Args:
        folder: local.
        create: whether the folder is made first.
    """
    if create:
        os.makedirs(folder)
    if not _has_pattern(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="tfmling-", dir=_place()) as links:
        yield _link(folder, links)


def plain_path(folder: str) -> str:
    """A path of a folder without characters of patterns, until the process ends.

    A SavedModel keeps the paths of its assets as long as it is in use.

    Args:
        folder: local or remote; a remote one is given back as it is.

    Example:
        model = tf.saved_model.load(plain_path("runs [1]/export/sentence_encoder"))
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
