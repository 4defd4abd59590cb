"""Folders that appear whole: filled under a temporary name, then given their own.

A temporary folder carries a mark of ours. The process that fills it holds a lock on the mark, so
that what a killed process left can be told from what another process is still writing.
"""

import contextlib
import ctypes
import fcntl
import os
import re
import shutil
import sys
from collections.abc import Iterator
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from tfmling import files
from tfmling.errors import UserError

UNFINISHED = ".tfmling-unfinished"
MANIFEST = "MANIFEST.json"  # the last file that is written into a folder; see `tfmling.manifest`

_AT_FDCWD = -100  # <fcntl.h>
_RENAME_EXCHANGE = 2  # <linux/fs.h>


class BusyError(UserError):
    """Another process is writing the same output."""


@contextlib.contextmanager
def temporary_folder(path: str) -> Iterator[str]:
    """Gives a new folder beside `path` to fill; `finish_folder` gives it its name.

    Otherwise it is removed. A killed process leaves it to `remove_abandoned`.
    """
    system, root = files.filesystem(path)
    temporary = files.temporary_name(root)
    folder = system.unstrip_protocol(temporary) if files.is_remote(path) else temporary
    mark = files.open_binary(files.join(folder, UNFINISHED), "wb")
    with contextlib.closing(mark):
        if files.is_remote(path):
            mark.close()  # a remote file appears when it is closed
        else:
            lock(mark)
        try:
            yield folder
        finally:
            if system.exists(temporary):
                remove_folder(folder)


def lock(file: IO[Any]) -> bool:
    """Locks an open local file until it is closed or its process ends; False if another has it.

    A file system without locks gives everybody the lock.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def finish_folder(temporary: str, path: str) -> None:
    """Gives a filled folder, in which the manifest is the last file, the name `path`.

    What had that name before is removed. A local folder is synced first.
    """
    if files.is_remote(path):
        _finish_remote(temporary, path)
    else:
        _finish_local(temporary, files.filesystem(path)[1])


def _finish_local(temporary: str, root: str) -> None:
    os.unlink(os.path.join(temporary, UNFINISHED))
    files.sync_folder(temporary)
    if not os.path.lexists(root):
        os.rename(temporary, root)
        files.sync_folder(os.path.dirname(root))
        return
    if not _exchange(temporary, root):
        old = files.temporary_name(root)
        os.rename(root, old)  # `root` is missing until the next line; `remove_abandoned` mends it
        os.rename(temporary, root)
        temporary = old
    files.sync_folder(os.path.dirname(root))
    remove_folder(temporary)


def _exchange(first: str, second: str) -> bool:
    """Lets two folders change names in one step; False where the system cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = (os.fsencode(first), os.fsencode(second))
    return rename is not None and not rename(
        _AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE
    )


def _finish_remote(temporary: str, path: str) -> None:
    """Object stores move file by file: the old manifest goes first, the new one comes last."""
    manifest = files.join(path, MANIFEST)
    if files.exists(manifest):
        files.remove(manifest)
    if files.exists(path):
        remove_folder(path)
    files.remove(files.join(temporary, UNFINISHED))
    moved = sorted(files.find(temporary), key=lambda name: name.endswith(f"/{MANIFEST}"))
    for name in moved:
        files.rename(name, files.join(path, name.removeprefix(temporary).lstrip("/")))
    remove_folder(temporary)


def remove_folder(path: str) -> None:
    """Removes a folder that tfmling made, and all in it; what marks it as ours goes last."""
    system, root = files.filesystem(path)
    if isinstance(system, LocalFileSystem):
        for name in sorted(os.listdir(root), key=lambda name: name in (UNFINISHED, MANIFEST)):
            _remove_local(os.path.join(root, name))
        os.rmdir(root)
    else:
        _remove_remote(system, root)


def _remove_local(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def _remove_remote(system: fsspec.AbstractFileSystem, root: str) -> None:
    for name in system.find(root):  # `rm` would take brackets in names for patterns
        system.rm_file(name)
    with contextlib.suppress(OSError, NotImplementedError):  # object stores have no folders
        for name in sorted(system.find(root, withdirs=True), reverse=True):
            system.rmdir(name)
        system.rmdir(root)


def remove_abandoned(path: str) -> list[str]:
    """Clears what killed processes left of writing the local folder `path`.

    Unfinished folders that carry our mark are removed. Where a process was killed while it gave a
    finished folder its name, that is done now. Remote folders are left alone: another machine may
    be writing them.

    Returns:
        The names of what was removed.

    Raises:
        BusyError: another process is writing `path`.
    """
    if files.is_remote(path):
        return []
    root = files.filesystem(path)[1]
    removed = []
    for name in _temporaries(root):
        if os.path.exists(os.path.join(name, UNFINISHED)):
            _require_unlocked(name, path)
        elif not os.path.lexists(root):
            os.rename(name, root)
            continue
        remove_folder(name)
        removed.append(name)
    return removed


def _temporaries(root: str) -> list[str]:
    """The temporary folders of `root` that are ours."""
    parent, own = os.path.split(root)
    pattern = re.compile(re.escape(own) + r"\.[0-9a-f]{8}\.tmp")
    beside = sorted(os.listdir(parent)) if os.path.isdir(parent) else []
    named = [os.path.join(parent, name) for name in beside if pattern.fullmatch(name)]
    return [
        name
        for name in named
        if any(os.path.isfile(os.path.join(name, mark)) for mark in (UNFINISHED, MANIFEST))
    ]


def _require_unlocked(temporary: str, path: str) -> None:
    with open(os.path.join(temporary, UNFINISHED), "rb") as mark:
        if not lock(mark):
            raise BusyError(
                f"{path}: another process is writing this output; wait for it or stop it"
            )


def sync_tree(folder: str) -> None:
    """Waits until all files and names below a local folder are on the disk."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            with open(os.path.join(parent, name), "rb") as file:
                os.fsync(file.fileno())
        files.sync_folder(parent)
