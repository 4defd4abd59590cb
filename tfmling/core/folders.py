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
import uuid
from collections.abc import Iterator
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from tfmling.core import files
from tfmling.core.errors import UserError

UNFINISHED = ".tfmling-unfinished"
IN_USE = ".tfmling-in-use"  # in a folder that is kept from run to run; its lock tells who writes
MANIFEST = "MANIFEST.json"  # written last; see `tfmling.core.manifest`
KEPT_MANIFEST = f"{MANIFEST}.old"  # in an earlier output that was kept aside

_AT_FDCWD = -100  # <fcntl.h>
_RENAME_EXCHANGE = 2  # <linux/fs.h>


class BusyError(UserError):
    """Another process is writing the same output."""


@contextlib.contextmanager
def temporary_folder(path: str) -> Iterator[str]:
    """Gives a new folder beside `path` to fill; `finish_folder` gives it its name.

    Otherwise it is removed. A killed process leaves it to `remove_abandoned`.
    """
    if files.is_remote(path):
        system, root = files.filesystem(path)
        folder = system.unstrip_protocol(files.temporary_name(root))
        files.open_binary(files.join(folder, UNFINISHED), "wb").close()
        mark: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()
    else:
        folder, mark = _make_locked(files.filesystem(path)[1])
    with mark:
        try:
            yield folder
        finally:
            if files.exists(folder):
                remove_folder(folder)


def _make_locked(root: str) -> tuple[str, IO[Any]]:
    """A new folder beside `root`, and its mark, which this process has locked."""
    while True:
        folder = files.temporary_name(root)
        try:
            mark = files.open_binary(os.path.join(folder, UNFINISHED), "wb")
        except OSError as error:
            _remove_empty(folder)
            if isinstance(error, FileNotFoundError) and os.path.isdir(os.path.dirname(folder)):
                continue  # another process removed the new folder while it was still empty
            raise
        if lock(mark) and os.path.exists(mark.name):
            return folder, mark
        mark.close()  # another process took it for abandoned before it was locked


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


@contextlib.contextmanager
def only_writer(folder: str) -> Iterator[None]:
    """Holds the lock of a folder that is kept from run to run, which is made where it is missing.

    Raises:
        BusyError: another process writes in it.
    """
    if files.is_remote(folder):  # without locks; one run at a time is the user's care
        yield
        return
    with files.open_binary(files.join(folder, IN_USE), "wb") as mark:
        if not lock(mark):
            raise BusyError(f"{folder}: another process writes here; wait for it or stop it")
        yield


def finish_folder(temporary: str, path: str, *, keep_old: bool = False) -> str | None:
    """Gives a filled folder, in which the manifest is the last file, the name `path`.

    Args:
        temporary: what `temporary_folder` gave. A local one is synced.
        path: what had that name before is removed.
        keep_old: what had that name before is kept as `<path>.old-<digits>`, its manifest as
            MANIFEST.json.old, so that it is not taken for an output.

    Returns:
        Where the old folder is kept; None if there was none or it was removed.
    """
    kept = _move_aside(path) if keep_old else None
    if files.is_remote(path):
        _finish_remote(temporary, path)
    else:
        _finish_local(temporary, files.filesystem(path)[1])
    return kept


def _move_aside(path: str) -> str | None:
    system, root = files.filesystem(path)
    if not system.exists(root):
        return None
    aside = files.name_beside(root, f".old-{uuid.uuid4().hex[:8]}")
    if isinstance(system, LocalFileSystem):
        os.rename(root, aside)
        old = os.path.join(aside, MANIFEST)
        if os.path.lexists(old):
            os.rename(old, os.path.join(aside, KEPT_MANIFEST))
    else:
        for name in system.find(root):
            below = name.removeprefix(root)
            system.cp_file(
                name, aside + (f"/{KEPT_MANIFEST}" if below == f"/{MANIFEST}" else below)
            )
    return aside


def _finish_local(temporary: str, root: str) -> None:
    """The mark stays, locked, until the folder has its name: another process leaves it alone."""
    files.sync_folder(temporary)
    if not os.path.lexists(root):
        os.rename(temporary, root)
        temporary = ""
    elif not _exchange(temporary, root):
        old = files.temporary_name(root)
        os.rename(root, old)  # until the next line `root` is missing; see `remove_abandoned`
        os.rename(temporary, root)
        temporary = old
    os.unlink(os.path.join(root, UNFINISHED))
    files.sync_folder(root)
    files.sync_folder(os.path.dirname(root))
    if temporary:
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
        with contextlib.suppress(FileNotFoundError):  # another process may be removing it too
            for name in sorted(os.listdir(root), key=lambda name: name in (UNFINISHED, MANIFEST)):
                remove_entry(os.path.join(root, name))
            os.rmdir(root)
    else:
        _remove_remote(system, root)


def remove_entry(path: str) -> None:
    """Removes a local file, link or folder."""
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
            _remove_unlocked(name, path)
        elif os.path.lexists(root):
            remove_folder(name)
        else:
            os.rename(name, root)
            continue
        removed.append(name)
    return removed


def _remove_empty(folder: str) -> None:
    with contextlib.suppress(OSError):  # missing, or it holds something
        os.rmdir(folder)


def _temporaries(root: str) -> list[str]:
    """The temporary folders of `root` that are ours; empty ones, not yet marked, are removed."""
    parent, own = os.path.split(root)
    begins = os.path.basename(files.name_beside(own, ".12345678.tmp")).removesuffix(".12345678.tmp")
    pattern = re.compile(re.escape(begins) + r"\.[0-9a-f]{8}\.tmp")
    beside = sorted(os.listdir(parent)) if os.path.isdir(parent) else []
    named = [os.path.join(parent, name) for name in beside if pattern.fullmatch(name)]
    for name in named:
        _remove_empty(name)
    return [
        name
        for name in named
        if any(os.path.isfile(os.path.join(name, mark)) for mark in (UNFINISHED, MANIFEST))
    ]


def _remove_unlocked(temporary: str, path: str) -> None:
    """Removes an unfinished folder, holding its lock; raises BusyError if another process does."""
    try:
        mark = open(os.path.join(temporary, UNFINISHED), "rb")  # noqa: SIM115
    except FileNotFoundError:  # just finished or removed
        return
    with mark:
        if not lock(mark):
            raise BusyError(
                f"{path}: another process is writing this output; wait for it or stop it"
            )
        remove_folder(temporary)


def sync_tree(folder: str) -> None:
    """Waits until all files and names below a local folder are on the disk."""
    for parent, _, names in files.walk(folder, topdown=False):
        for name in names:
            sync_file(os.path.join(parent, name))
        files.sync_folder(parent)


def sync_file(path: str) -> None:
    """Waits until a local file is on the disk."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
