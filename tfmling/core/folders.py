"""Folders that appear complete: filled under a temporary name, then renamed.

A temporary folder contains a marker file, locked by the process that fills it. The lock
distinguishes what a killed process left from what another process is still writing.
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
IN_USE = ".tfmling-in-use"  # in a folder that is kept from run to run; locked by its writer
MANIFEST = "MANIFEST.json"  # written last; see `tfmling.core.manifest`
KEPT_MANIFEST = f"{MANIFEST}.old"  # in an earlier output that was kept under another name

_AT_FDCWD = -100  # <fcntl.h>
_RENAME_EXCHANGE = 2  # <linux/fs.h>


class BusyError(UserError):
    """Another process is writing the same output.

    Example:
        >>> with only_writer("out"), only_writer("out"):  # doctest: +ELLIPSIS
        ...     print("both write")
        Traceback (most recent call last):
        tfmling.core.folders.BusyError: out: another process is writing here (process ...
    """


@contextlib.contextmanager
def temporary_folder(path: str) -> Iterator[str]:
    """Create a new folder beside `path`, which `finish_folder` renames.

    Without that it is removed at the end; `remove_abandoned` removes it for a killed process.

    Example:
        >>> with temporary_folder("out") as temporary:
        ...     files.write_text(files.join(temporary, "a.txt"), "x")
        ...     finish_folder(temporary, "out")
        >>> files.find("out")
        ['out/a.txt']
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
    """Create a new folder beside `root`, and return it with its locked marker."""
    while True:
        folder = files.temporary_name(root)
        try:
            mark = files.open_binary(os.path.join(folder, UNFINISHED), "wb")
        except OSError as error:
            _remove_empty(folder)
            if isinstance(error, FileNotFoundError) and os.path.isdir(os.path.dirname(folder)):
                continue  # another process removed the folder while it was still empty
            raise
        if lock(mark) and os.path.exists(mark.name):
            return folder, mark
        mark.close()  # another process considered it abandoned before it was locked


def lock(file: IO[Any]) -> bool:
    """Lock an open local file until it is closed or its process ends.

    Returns:
        False if another process holds the lock. On a file system without locks, always True.

    Example:
        >>> with open("a.lock", "w") as first, open("a.lock", "w") as second:
        ...     print(lock(first), lock(second))
        True False
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@contextlib.contextmanager
def hold_lock(path: str, busy: str, error: type[UserError] = BusyError) -> Iterator[IO[str]]:
    """Lock a local file, which is created if it is missing, and write the process id into it.

    The system releases the lock when the last process that holds it ends, however it ends.

    Args:
        path: the file.
        busy: start of the error message if another process holds the lock.
        error: class of that error.

    Yields:
        The open file, which other processes may inherit.

    Example:
        >>> with hold_lock("a.lock", "out: another run works here"):
        ...     print(files.read_text("a.lock") == str(os.getpid()))
        True
    """
    with open(path, "a+", encoding="utf-8") as file:
        if not lock(file):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise error(f"{busy} (process {holder}); wait for it or stop it")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file


@contextlib.contextmanager
def only_writer(folder: str) -> Iterator[None]:
    """Create a folder that is kept from run to run if it is missing, and hold its lock.

    Raises:
        BusyError: another process writes in it.

    Example:
        >>> with only_writer("vectors"):
        ...     files.write_text("vectors/a.txt", "x")
        >>> files.find("vectors")
        ['vectors/.tfmling-in-use', 'vectors/a.txt']
    """
    if files.is_remote(folder):  # has no locks
        yield
        return
    root = files.filesystem(folder)[1]
    os.makedirs(root, exist_ok=True)
    with hold_lock(os.path.join(root, IN_USE), f"{folder}: another process is writing here"):
        yield


def finish_folder(temporary: str, path: str, *, keep_old: bool = False) -> str | None:
    """Rename a filled folder to `path`, replacing an earlier folder.

    Args:
        temporary: of `temporary_folder`, with the manifest written last, and synced if local.
        path: the final name.
        keep_old: keep an earlier folder as `<path>.old-<digits>`, with its manifest renamed to
            MANIFEST.json.old so that it is no output; otherwise it is removed.

    Returns:
        The name under which the earlier folder is kept, if it is.

    Example:
        >>> files.write_text("out/a.txt", "old")
        >>> with temporary_folder("out") as temporary:
        ...     files.write_text(files.join(temporary, "a.txt"), "new")
        ...     kept = finish_folder(temporary, "out", keep_old=True)
        >>> files.read_text("out/a.txt"), files.read_text(files.join(kept, "a.txt"))
        ('new', 'old')
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
    """Rename first and remove the locked marker last, so that other processes keep off."""
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
    """Exchange the names of two folders atomically; False if the system cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = (os.fsencode(first), os.fsencode(second))
    return rename is not None and not rename(
        _AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE
    )


def _finish_remote(temporary: str, path: str) -> None:
    """Move file by file, as object stores require: old manifest first, new manifest last."""
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
    """Remove a folder that tfmling made; the files that mark it as ours are removed last.

    Example:
        >>> files.write_text("out/a.txt", "x")
        >>> remove_folder("out")
        >>> files.exists("out")
        False
    """
    system, root = files.filesystem(path)
    if isinstance(system, LocalFileSystem):
        with contextlib.suppress(FileNotFoundError):  # another process may be removing it too
            for name in sorted(os.listdir(root), key=lambda name: name in (UNFINISHED, MANIFEST)):
                remove_entry(os.path.join(root, name))
            os.rmdir(root)
    else:
        _remove_remote(system, root)


def remove_entry(path: str) -> None:
    """Remove a local file, link or folder.

    Example:
        >>> files.write_text("out/a.txt", "x"); files.write_text("out/deep/b.txt", "y")
        >>> remove_entry("out/deep")
        >>> files.find("out")
        ['out/a.txt']
    """
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def _remove_remote(system: fsspec.AbstractFileSystem, root: str) -> None:
    for name in system.find(root):  # `rm` would treat brackets in names as patterns
        system.rm_file(name)
    with contextlib.suppress(OSError, NotImplementedError):  # object stores have no folders
        for name in sorted(system.find(root, withdirs=True), reverse=True):
            system.rmdir(name)
        system.rmdir(root)


def remove_abandoned(path: str) -> list[str]:
    """Clean up after processes that were killed while writing the local folder `path`.

    Unfinished folders with our marker are removed. If a process was killed while renaming a
    finished folder, the renaming is completed. Remote folders are skipped: another machine may be
    writing them.

    Returns:
        The removed folders.

    Raises:
        BusyError: another process is writing `path`.

    Example:
        >>> files.write_text("out.0a1b2c3d.tmp/.tfmling-unfinished", "")
        >>> [os.path.basename(removed) for removed in remove_abandoned("out")]
        ['out.0a1b2c3d.tmp']
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
    """Return the temporary folders of `root` that are ours; remove empty ones without a marker."""
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
    """Remove an unfinished folder under its lock; raise BusyError if another process holds it."""
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
    """Wait until all files and names below a local folder are on disk.

    Example:
        >>> files.write_text("out/a.txt", "x"); files.write_text("out/deep/b.txt", "y")
        >>> sync_tree("out")
    """
    for parent, _, names in files.walk(folder, topdown=False):
        for name in names:
            sync_file(os.path.join(parent, name))
        files.sync_folder(parent)


def sync_file(path: str) -> None:
    """Wait until a local file is on disk.

    Example:
        >>> files.write_text("a.txt", "x")
        >>> sync_file("a.txt")
    """
    with open(path, "rb") as file:
        os.fsync(file.fileno())
