"""MANIFEST.json: the files that a command wrote into a folder, its settings and its inputs.

It is written last, so a folder that has one is complete. Readers check that every file exists with
its size; `verify` also checks the SHA-256 of every file. A folder without a manifest, such as one
downloaded from Hugging Face, is not checked.
"""

import errno
import fnmatch
import functools
import hashlib
import json
import math
import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pydantic

from tfmling import __version__
from tfmling.core import files
from tfmling.core.commands import COMMANDS
from tfmling.core.errors import InputError
from tfmling.core.folders import MANIFEST, UNFINISHED
from tfmling.core.printed import one_line

FORMAT = 1
CONFIG = "config.yaml"  # the settings, as they are written beside every output
_ENTRY = ".entry.json"  # a note of a file's writer about it, until the manifest is written
_CHUNK_BYTES = 1 << 20
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_LEVELS_ABOVE = 12  # how many folders above a path are searched for a manifest
_MAX_BYTES = 1 << 26  # of a manifest: some 400,000 files
# errors of file systems for a name below a file; the last one is raised by memory://
_NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError)
_KEYS = {"format", "settings_sha256"}  # by which our manifests are recognized
_REMOTE_HASHES = ("md5Hash", "crc32c", "ETag", "etag", "content_md5")  # of object stores


class IncompleteError(InputError, FileNotFoundError):
    """The output of another command is missing or unfinished.

    Example:
        >>> read_manifest("out")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.manifest.IncompleteError: out: expected an output of tfmling, found no ...
    """


class DamagedError(InputError, ValueError):
    """A file differs from the manifest of its output.

    Example:
        >>> files.write_text("out/a.txt", "x"); write_manifest("out", command="train")
        >>> files.write_text("out/a.txt", "longer")
        >>> verify("out")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.manifest.DamagedError: out/a.txt: damaged: expected 1 bytes, found 6; ...
    """


class NewerManifestError(InputError, ValueError):
    """A manifest was written by a newer version of tfmling.

    Example:
        >>> files.write_json("out/MANIFEST.json", {"format": 2, "settings_sha256": ""})
        >>> read_manifest("out")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.manifest.NewerManifestError: out/MANIFEST.json: expected format 1, found 2: ...
    """


class FileEntry(pydantic.BaseModel):
    """One file of an output.

    Example:
        >>> files.write_text("out/a.txt", "Habari")
        >>> collect_entries("out")["a.txt"].bytes
        6
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    bytes: int
    """Its size."""
    sha256: str
    """Of its contents."""
    records: int | None = None
    """Number of records, in a TFRecord file."""


class Manifest(pydantic.BaseModel):
    """The contents of MANIFEST.json.

    Example:
        >>> files.write_text("out/a.txt", "x"); write_manifest("out", command="train")
        >>> written = read_manifest("out")
        >>> written.command, list(written.files), written.rewrite_command("out")
        ('train', ['a.txt'], 'tfmling train --config out/MANIFEST.json')
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    """Version of the manifest's layout."""
    command: str
    """Command that wrote the folder, such as `train`."""
    version: str = __version__
    """Version of tfmling."""
    code: str = ""
    """SHA-256 of the code that the command runs; empty for a command of another package."""
    flags: list[str] = []
    """Flags for the runner."""
    settings: dict[str, Any]
    """Resolved settings."""
    settings_sha256: str
    """Their hash."""
    folder: str = ""
    """The folder, as the settings name it."""
    working_directory: str = ""
    """Base of relative paths in the settings; empty if there are none."""
    inputs: dict[str, str]
    """Path -> `fingerprint` at the time of reading."""
    files: dict[str, FileEntry]
    """Path below the folder -> entry."""
    varying: dict[str, str] = {}
    """Files, or patterns such as `tensorboard/*`, that differ between two undisturbed runs, with
    the reason. These are logs: fingerprints ignore them.
    """
    varying_results: dict[str, str] = {}
    """The same for files that other commands read; fingerprints include them."""

    @pydantic.field_validator("files")
    @classmethod
    def _lie_in_the_folder(cls, entries: dict[str, FileEntry]) -> dict[str, FileEntry]:
        for name in entries:
            if not name or name.startswith("/") or {"", ".", ".."} & set(name.split("/")):
                raise ValueError(f"expected a path below the folder, found {name!r}")
        return entries

    def is_varying(self, name: str) -> bool:
        """Whether a file may differ between two undisturbed runs."""
        return _is_any(name, self.varying) or _is_any(name, self.varying_results)

    def is_log(self, name: str) -> bool:
        """Whether a file may differ between two undisturbed runs and is no result."""
        return _is_any(name, self.varying)

    def rewrite_command(self, folder: str) -> str:
        """Return the shell command that writes `folder` again, from the settings in its manifest.

        If the settings hold relative paths, it starts with `cd` to their base directory. A folder
        that was moved is written to its new place, unless it is not the command's output, such as
        mine_bitext's folder of vectors.
        """
        is_elsewhere = self.working_directory not in ("", os.getcwd())
        here = os.path.abspath(folder) if is_elsewhere and not files.is_remote(folder) else folder
        here = f"./{here}" if here.startswith("-") else here  # or it would be read as an option
        words = ["tfmling", self.command, "--config", files.join(here, MANIFEST)]
        if self.settings.get("output") == self.folder and self._was_moved(folder):
            words += ["--set", f"output={_quote_yaml(here)}"]
        line = shlex.join([*words, *(["--", *self.flags] if self.flags else [])])
        return f"cd {shlex.quote(self.working_directory)} && {line}" if is_elsewhere else line

    def _was_moved(self, folder: str) -> bool:
        if files.is_remote(self.folder) or files.is_remote(folder):
            return self.folder.rstrip("/") != folder.rstrip("/")
        written = os.path.join(self.working_directory, files.filesystem(self.folder)[1])
        if self.working_directory and not os.path.isabs(os.path.expanduser(self.folder)):
            written = os.path.join(self.working_directory, self.folder)
        return os.path.realpath(written) != os.path.realpath(files.filesystem(folder)[1])


def _is_any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _quote_yaml(text: str) -> str:
    """A text as a double-quoted YAML scalar."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def has_manifest(folder: str) -> bool:
    """Whether a folder has a manifest of tfmling, damaged or not.

    A MANIFEST.json without the keys of ours belongs to another program.

    Example:
        >>> files.write_text("out/a.txt", "x")
        >>> before = has_manifest("out")
        >>> write_manifest("out", command="train")
        >>> before, has_manifest("out")
        (False, True)
    """
    try:
        _parse(_read_bytes(files.join(folder, MANIFEST)))
    except (*_NO_FILE, _NotOursError):
        return False
    except ValueError:  # damaged
        return True
    return True


def read_manifest(folder: str) -> Manifest:
    """Read the manifest of a folder.

    Raises:
        IncompleteError: the folder has none.
        DamagedError: it cannot be read, or its checksum is wrong.
        NewerManifestError: a newer version of tfmling wrote it.

    Example:
        >>> files.write_text("out/a.txt", "x")
        >>> write_manifest("out", command="train", settings={"steps": 5})
        >>> read_manifest("out").settings
        {'steps': 5}
    """
    path = files.join(folder, MANIFEST)
    try:
        data = _read_bytes(path)
    except _NO_FILE:
        data = b"{}"  # handled like the manifest of another program
    try:
        return _parse(data)
    except _NotOursError:
        raise IncompleteError(
            f"{folder}: expected an output of tfmling, found no {MANIFEST}; the command that "
            "writes this folder has not finished, run it (again) first"
        ) from None
    except NewerManifestError as error:
        raise NewerManifestError(f"{path}: {error}") from None
    except ValueError as error:
        raise DamagedError(
            f"{path}: damaged: expected the manifest of an output of tfmling, but {error}; write "
            "it again: run the command that wrote this folder, with --overwrite"
        ) from None


def _read_bytes(path: str) -> bytes:
    _require_file(path)
    with files.open_binary(path) as file:
        return file.read(_MAX_BYTES + 1)


def _require_file(path: str) -> None:
    """Raise FileNotFoundError for a local pipe or device, which could block forever."""
    if not files.is_remote(path):
        root = files.filesystem(path)[1]
        if os.path.exists(root) and not os.path.isfile(root):
            raise FileNotFoundError(errno.ENOENT, "no such file", root)


class _NotOursError(Exception):
    """A MANIFEST.json of another program."""


@functools.lru_cache(maxsize=8)
def _parse(data: bytes) -> Manifest:
    """Parse a manifest; the message of a ValueError completes `but …`."""
    if len(data) > _MAX_BYTES:
        raise ValueError(f"it is longer than {_MAX_BYTES:,} bytes")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("it is not readable") from None
    if not isinstance(values, dict) or not values.keys() >= _KEYS:
        raise _NotOursError
    if isinstance(values["format"], int) and values["format"] > FORMAT:
        raise NewerManifestError(
            f"expected format {FORMAT}, found {values['format']}: a newer tfmling "
            f"({values.get('version')}) wrote this folder, this is {__version__}; update tfmling"
        )
    if values.pop("sha256", None) != hash_json(values):
        raise ValueError("its checksum does not match")
    try:
        return Manifest.model_validate(values)
    except pydantic.ValidationError as error:
        raise ValueError(f"it is wrong: {error.errors()[0]['msg']}") from None


def require_complete(folder: str) -> Manifest:
    """Check that every file of an output exists with its size, and return the manifest.

    Raises:
        IncompleteError: the folder has no manifest.
        DamagedError: a file is missing or has another size, or the manifest is damaged.

    Example:
        >>> files.write_text("out/a.txt", "x")
        >>> write_manifest("out", command="train")
        >>> require_complete("out").command
        'train'
    """
    manifest = read_manifest(folder)
    for name, entry in manifest.files.items():
        _require_size(folder, name, entry, manifest)
    return manifest


def require_listed(folder: str, paths: Iterable[str], manifest: Manifest) -> None:
    """Check that a manifest lists some files of its output.

    Files added later are in no fingerprint, so changes of them would go unnoticed.

    Raises:
        DamagedError: a file is not listed.

    Example:
        >>> files.write_text("out/a.txt", "x"); write_manifest("out", command="train")
        >>> files.write_text("out/b.txt", "y")
        >>> require_listed("out", ["out/b.txt"], read_manifest("out"))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.manifest.DamagedError: out/b.txt: expected only what train wrote into out, ...
    """
    for path in paths:
        if path.removeprefix(folder.rstrip("/")).lstrip("/") not in manifest.files:
            raise DamagedError(
                f"{one_line(path)}: expected only what {manifest.command} wrote into {folder}, "
                f"found a file that is not in its {MANIFEST}; move it to another folder"
            )


def _require_size(folder: str, name: str, entry: FileEntry, manifest: Manifest) -> None:
    path = files.join(folder, name)
    try:
        system, root = files.filesystem(path)
        about = system.info(root)
    except (FileNotFoundError, NotADirectoryError):
        raise _damaged(path, f"{entry.bytes} bytes", "no such file", folder, manifest) from None
    if about["type"] != "file":
        found = "a folder" if about["type"] == "directory" else "no file"
        raise _damaged(path, f"{entry.bytes} bytes", found, folder, manifest)
    if about["size"] != entry.bytes:
        raise _damaged(path, f"{entry.bytes} bytes", f"{about['size']}", folder, manifest)


def _damaged(path: str, expected: str, found: str, folder: str, manifest: Manifest) -> DamagedError:
    command = f": {manifest.rewrite_command(folder)}" if manifest.command in COMMANDS else ""
    return DamagedError(
        f"{one_line(path)}: damaged: expected {expected}, found {found}; write it again{command}"
    )


def verify(path: str) -> int:
    """Check the sizes and SHA-256 of an output, or of a part of one.

    Args:
        path: the folder of an output, or a file or folder in one.

    Returns:
        The number of files checked; 0 if `path` is in no output of tfmling.

    Raises:
        DamagedError: a file differs from the manifest.

    Example:
        >>> files.write_text("out/a.txt", "x")
        >>> write_manifest("out", command="train")
        >>> verify("out")
        1
    """
    found = find_manifest(path)
    if found is None:
        return 0
    folder, inside = found
    manifest = read_manifest(folder)
    entries = below(manifest.files, inside)
    for name, entry in entries.items():
        check_file(folder, name, entry, manifest)
    return len(entries)


def verify_once(path: str) -> None:
    """Verify an output before it is loaded, but only once per process while it is unchanged.

    Raises:
        DamagedError: a file differs from the manifest.

    Example:
        >>> files.write_text("out/a.txt", "x"); write_manifest("out", command="train")
        >>> verify_once("out")  # reads the file
        >>> verify_once("out")  # does not
    """
    found = find_manifest(path)
    if found is None:
        return
    folder, inside = found
    entries = below(read_manifest(folder).files, inside)
    _verify_state(path, tuple(_state(files.join(folder, name)) for name in entries))


@functools.lru_cache(maxsize=64)
def _verify_state(path: str, state: tuple[Any, ...]) -> None:
    del state  # only part of the cache key
    verify(path)


def state_of(folder: str) -> tuple[Any, ...]:
    """A value that changes when a local file or folder does; () for a remote one.

    Example:
        >>> files.write_text("model/a.txt", "a")
        >>> before = state_of("model")
        >>> files.write_text("model/a.txt", "b")
        >>> before == state_of("model")
        False
    """
    if files.is_remote(folder):
        return ()
    return tuple(map(_state, files.find(folder)))


def _state(path: str) -> tuple[Any, ...]:
    """A value that changes when a local file is modified."""
    try:
        about = os.stat(files.filesystem(path)[1])
    except OSError:
        return (path,)
    return path, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def check_file(
    folder: str,
    name: str,
    entry: FileEntry,
    manifest: Manifest,
    progress: Callable[[int], Any] = lambda size: None,
) -> None:
    """Check the size and SHA-256 of one file of an output.

    Args:
        folder: of the output.
        name: path of the file, below the folder.
        entry: its entry in the manifest.
        manifest: of the output.
        progress: called with the size of each chunk read.

    Raises:
        DamagedError: the file differs from its entry.

    Example:
        >>> files.write_text("out/a.txt", "x"); write_manifest("out", command="train")
        >>> written = read_manifest("out")
        >>> check_file("out", "a.txt", written.files["a.txt"], written, progress=print)
        1
    """
    _require_size(folder, name, entry, manifest)
    path = files.join(folder, name)
    digest = hash_file(path, progress)
    if digest != entry.sha256:
        expected, found = f"sha256 {entry.sha256[:16]}…", f"{digest[:16]}…"
        raise _damaged(path, expected, found, folder, manifest)


def entry_of(path: str) -> FileEntry | None:
    """Return the manifest's entry of a file; None if the file is in no output.

    Example:
        >>> files.write_text("out/a.txt", "Habari"); write_manifest("out", command="train")
        >>> entry_of("out/a.txt").bytes, entry_of("b.txt")
        (6, None)
    """
    found = find_manifest(path)
    return None if found is None else read_manifest(found[0]).files.get(found[1])


def find_manifest(path: str) -> tuple[str, str] | None:
    """Find the output that a path is in: its folder, and the path below it, or None.

    Folders above are searched too: `export/sentence_encoder` is part of the output `export`.

    Example:
        >>> files.write_text("out/deep/a.txt", "x"); write_manifest("out", command="train")
        >>> find_manifest("out/deep")
        ('out', 'deep')
    """
    path = files.resolve_package(path)
    if files.is_remote(path):
        return _find_above(path.rstrip("/"), path)
    named = os.path.abspath(files.filesystem(path)[1])
    # a symbolic link may lead to a part of an output
    return _find_above(named, path) or _find_above(os.path.realpath(named), path)


def _find_above(path: str, shown: str) -> tuple[str, str] | None:
    folder, inside = path, ""
    for _ in range(_LEVELS_ABOVE):
        if not folder or folder.endswith(":/"):
            return None
        if has_manifest(folder):
            as_given = not os.path.isabs(shown) and not files.is_remote(shown)
            folder = os.path.relpath(folder) if as_given else folder
            return (folder, inside) if _lists(folder, inside) else None
        folder, _, name = folder.rpartition("/")
        inside = f"{name}/{inside}" if inside else name
    return None


def _lists(folder: str, inside: str) -> bool:
    return not inside or bool(below(read_manifest(folder).files, inside))


def below(entries: Mapping[str, FileEntry], inside: str) -> dict[str, FileEntry]:
    """Return the entries of the file or folder `inside` of an output; all entries for "".

    Example:
        >>> files.write_text("out/a.txt", "x"); files.write_text("out/deep/b.txt", "y")
        >>> list(below(collect_entries("out"), "deep"))
        ['deep/b.txt']
    """
    if not inside:
        return dict(entries)
    if inside in entries:
        return {inside: entries[inside]}
    return {name: entry for name, entry in entries.items() if name.startswith(f"{inside}/")}


def fingerprint(path: str) -> str:
    """Return the SHA-256 of a file, folder or pattern; `missing` if it matches nothing.

    Outputs of tfmling are not read: the hashes in their manifest are used, after a check of sizes.

    Raises:
        DamagedError: an output is damaged.

    Example:
        >>> files.write_text("a.txt", "x"); files.write_text("deep/a.txt", "x")
        >>> fingerprint("a.txt") == fingerprint("deep/a.txt"), fingerprint("b.txt")
        (True, 'missing')
    """
    try:
        roots = files.expand(path)
    except FileNotFoundError:
        roots = []
    if not roots:
        return "missing"
    return hash_json([_fingerprint_one(root) for root in roots])


def _fingerprint_one(root: str) -> list[Any]:
    found = find_manifest(root)
    if found is None:
        return [root.rstrip("/").rpartition("/")[2], _hash_contents(root)]
    folder, inside = found
    manifest = read_manifest(folder)
    entries = below(manifest.files, inside)
    for name, entry in entries.items():
        _require_size(folder, name, entry, manifest)
    logs = {name for name in entries if name == CONFIG or manifest.is_log(name)}
    return [inside, {name: e.sha256 for name, e in entries.items() if name not in logs}]


def _hash_contents(root: str) -> dict[str, str]:
    if not files.is_folder(root):
        return {"": _hash_of(root)}
    names = [name for name in files.find(root) if "/__pycache__/" not in name]
    return {name.removeprefix(root).lstrip("/"): _hash_of(name) for name in names}


def _hash_of(path: str) -> str:
    """The hash of a file that its object store keeps, if it does; SHA-256 otherwise."""
    if files.is_remote(path):
        system, root = files.filesystem(path)
        about = system.info(root)
        if kept := [f"{key}:{about[key]}" for key in _REMOTE_HASHES if about.get(key)]:
            return " ".join([*kept, str(about["size"])])
        return hash_file(path)
    return hash_file(path) if os.path.isfile(files.filesystem(path)[1]) else "link"


def hash_file(path: str, progress: Callable[[int], Any] = lambda size: None) -> str:
    """Return the SHA-256 of a file; `progress` is called with the size of each chunk.

    Example:
        >>> files.write_text("empty.txt", "")
        >>> hash_file("empty.txt")
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    with files.open_binary(path) as file:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            progress(len(chunk))
    return digest.hexdigest()


def hash_json(values: Any) -> str:
    """Return the SHA-256 of plain data, independent of the order of keys.

    Example:
        >>> hash_json({"a": 1, "b": 2}) == hash_json({"b": 2, "a": 1})
        True
    """
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(values: Any) -> Any:
    """Return settings as JSON can hold them: infinity and NaN become strings.

    Example:
        >>> plain({"limits": (0.5, math.inf)})
        {'limits': [0.5, 'inf']}
    """
    if isinstance(values, Mapping):
        return {key: plain(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [plain(value) for value in values]
    return str(values) if isinstance(values, float) and not math.isfinite(values) else values


def note_entry(path: str, entry: FileEntry) -> None:
    """Save the entry of a file for the manifest, so that the file is not read again for it.

    Example:
        >>> files.write_text("out/a.txt", "x")
        >>> note_entry("out/a.txt", FileEntry(bytes=1, sha256=hash_file("out/a.txt"), records=1))
        >>> collect_entries("out")["a.txt"].records
        1
    """
    with files.open_binary(f"{path}{_ENTRY}", "wb") as file:
        file.write(entry.model_dump_json().encode())


def collect_entries(folder: str) -> dict[str, FileEntry]:
    """Return the entries of all files below a folder, and remove the notes of `note_entry`.

    Example:
        >>> files.write_text("out/a.txt", "x"); files.write_text("out/deep/b.txt", "yz")
        >>> {name: entry.bytes for name, entry in collect_entries("out").items()}
        {'a.txt': 1, 'deep/b.txt': 2}
    """
    return dict(_entries(folder))


def write_manifest(
    folder: str,
    *,
    named: str = "",
    settings: Mapping[str, Any] = _NOTHING,
    entries: Mapping[str, FileEntry] | None = None,
    **attributes: Any,
) -> None:
    """Write the manifest of a folder whose files are complete.

    Args:
        folder: where the files are now.
        named: the folder as the settings name it; empty for their `output`, or `folder`.
        settings: plain data.
        entries: result of `collect_entries`; None collects them now.
        attributes: further attributes of `Manifest`, at least `command`. Patterns of `varying` and
            `varying_results` that match no file are dropped.

    Example:
        >>> files.write_text("out/a.txt", "x"); files.write_text("out/a.log", "y")
        >>> write_manifest("out", command="train", varying={"*.log": "has times"})
        >>> read_manifest("out").is_log("a.log")
        True
    """
    entries = collect_entries(folder) if entries is None else entries
    settings = plain(dict(settings))
    for name in ("varying", "varying_results"):
        given = attributes.get(name, {})
        attributes[name] = {p: why for p, why in given.items() if fnmatch.filter(entries, p)}
    manifest = Manifest(
        settings=settings,
        settings_sha256=hash_json(settings),
        files=dict(entries),
        folder=named or settings.get("output") or folder,
        **{"inputs": {}} | attributes,
    )
    values = manifest.model_dump()
    _write_values(files.join(folder, MANIFEST), values | {"sha256": hash_json(values)})


def _write_values(path: str, values: Mapping[str, Any]) -> None:
    try:
        data = json.dumps(values, indent=2, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # names that are not UTF-8
        data = json.dumps(values, indent=2).encode()
    files.write_bytes(path, data + b"\n")


def _entries(folder: str) -> Iterator[tuple[str, FileEntry]]:
    found = files.find(folder)
    names = set(found)
    for path in found:
        name = path.removeprefix(folder).lstrip("/")
        is_note = path.endswith(_ENTRY) and path.removesuffix(_ENTRY) in names
        if not is_note and name not in (UNFINISHED, MANIFEST):
            yield name, _noted_entry(path, names) or _measured_entry(path)
    for path in found:
        if path.endswith(_ENTRY) and path.removesuffix(_ENTRY) in names:
            files.remove(path)


def _noted_entry(path: str, names: Iterable[str]) -> FileEntry | None:
    if f"{path}{_ENTRY}" not in names:
        return None
    try:
        entry = FileEntry.model_validate_json(files.read_text(f"{path}{_ENTRY}"))
    except ValueError:  # its writer was killed
        return None
    return entry if entry.bytes == files.size(path) else None


def _measured_entry(path: str) -> FileEntry:
    return FileEntry(bytes=files.size(path), sha256=hash_file(path))
