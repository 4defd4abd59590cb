"""MANIFEST.json: what a command wrote into a folder, from what, and how to check it.

It is written last, so a folder that has one is whole. Readers check that every file is there with
its size; `verify` also checks the SHA-256 of every file. A folder without a manifest, such as one
downloaded from Hugging Face, has nothing to be checked against.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pydantic

from tfmling import __version__, files
from tfmling.errors import UserError
from tfmling.folders import MANIFEST, UNFINISHED

FORMAT = 1
_ENTRY = ".entry.json"  # what the writer of a file says of it, until the manifest is written
_CHUNK_BYTES = 1 << 20
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_LEVELS_ABOVE = 3  # a file of an output lies at most so deep in it


class IncompleteError(UserError, FileNotFoundError):
    """A folder that another command should have written is missing or was not finished."""


class DamagedError(UserError, ValueError):
    """A file is not what the manifest beside it says."""


class FileEntry(pydantic.BaseModel):
    """One file.

    Attributes:
        bytes: its size.
        sha256: of its contents.
        records: how many a file of records holds.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    bytes: int
    sha256: str
    records: int | None = None


class Manifest(pydantic.BaseModel):
    """What MANIFEST.json says.

    Attributes:
        format: of the manifest itself.
        command: that wrote the folder, `train`.
        version: of tfmling.
        code: SHA-256 of the code that the command runs; empty for a command of another package.
        flags: for the runner.
        settings: resolved.
        settings_sha256: of them.
        inputs: path to `fingerprint` at the time when it was read.
        files: path below the folder to what it holds.
        varying: files that differ between two undisturbed runs, with the reason.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    command: str
    version: str = __version__
    code: str = ""
    flags: list[str] = []
    settings: dict[str, Any]
    settings_sha256: str
    inputs: dict[str, str]
    files: dict[str, FileEntry]
    varying: dict[str, str] = {}

    def rewrite_command(self, folder: str) -> str:
        """The shell command that writes `folder` again, from the settings in its manifest."""
        words = ["tfmling", self.command, "--config", files.join(folder, MANIFEST)]
        if self.settings.get("output") != folder:
            words += ["--set", f"output={json.dumps(folder)}"]
        return shlex.join([*words, *(["--", *self.flags] if self.flags else [])])


def has_manifest(folder: str) -> bool:
    """Whether a folder carries a manifest."""
    return files.exists(files.join(folder, MANIFEST))


def read_manifest(folder: str) -> Manifest:
    """Reads the manifest of a folder.

    Raises:
        IncompleteError: there is none.
        DamagedError: it cannot be read, or its own checksum is wrong.
    """
    path = files.join(folder, MANIFEST)
    try:
        values = json.loads(files.read_text(path))
        stated = values.pop("sha256")
        manifest = Manifest.model_validate(values)
    except (FileNotFoundError, NotADirectoryError):
        raise IncompleteError(
            f"{folder}: expected an output of tfmling, found no {MANIFEST}; the command that "
            "writes this folder has not finished, run it (again) first"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _damaged_manifest(path, "it is not readable") from None
    if _hash_json(values) != stated:
        raise _damaged_manifest(path, "its checksum is wrong")
    return manifest


def is_manifest(path: str) -> bool:
    """Whether a path names a manifest."""
    return path.rpartition("/")[2] == MANIFEST


def settings_in(path: str) -> dict[str, Any]:
    """The settings in a manifest; see `read_manifest`."""
    return dict(read_manifest(path.rpartition("/")[0] or ".").settings)


def _damaged_manifest(path: str, found: str) -> DamagedError:
    return DamagedError(
        f"{path}: expected the manifest of an output of tfmling, but {found}; run the command that "
        "wrote this folder again, with --overwrite"
    )


def require_whole(folder: str) -> Manifest:
    """Checks that every file of an output is there with its size.

    Returns:
        The manifest.

    Raises:
        IncompleteError: the folder has no manifest.
        DamagedError: a file is missing, or has another size, or the manifest is damaged.
    """
    manifest = read_manifest(folder)
    for name, entry in manifest.files.items():
        _require_size(folder, name, entry, manifest)
    return manifest


def _require_size(folder: str, name: str, entry: FileEntry, manifest: Manifest) -> None:
    path = files.join(folder, name)
    try:
        found = files.size(path)
    except (FileNotFoundError, NotADirectoryError):
        raise _damaged(path, f"{entry.bytes} bytes", "no such file", folder, manifest) from None
    if found != entry.bytes:
        raise _damaged(path, f"{entry.bytes} bytes", f"{found}", folder, manifest)


def _damaged(path: str, expected: str, found: str, folder: str, manifest: Manifest) -> DamagedError:
    return DamagedError(
        f"{path}: damaged: expected {expected}, found {found}; write it again: "
        f"{manifest.rewrite_command(folder)}"
    )


def verify(path: str) -> int:
    """Checks sizes and SHA-256 of an output, or of the part of one that `path` names.

    Args:
        path: the folder of an output, or a file or folder in one.

    Returns:
        How many files were checked; 0 where `path` belongs to no output of tfmling.

    Raises:
        DamagedError: the first file that is not what the manifest says.
    """
    return sum(1 for _ in verified_files(path))


def verified_files(path: str) -> Iterator[str]:
    """Yields each file after it was checked; see `verify`."""
    found = find_manifest(path)
    if found is None:
        return
    folder, inside = found
    manifest = read_manifest(folder)
    for name, entry in _below(manifest.files, inside).items():
        _require_size(folder, name, entry, manifest)
        digest = hash_file(files.join(folder, name))
        if digest != entry.sha256:
            raise _damaged(
                files.join(folder, name),
                f"sha256 {entry.sha256[:16]}…",
                f"{digest[:16]}…",
                folder,
                manifest,
            )
        yield files.join(folder, name)


def find_manifest(path: str) -> tuple[str, str] | None:
    """The output that a path lies in, and the path below it; None for what is no output.

    Folders above are looked at too: `export/sentence_encoder` is part of the output `export`.
    """
    here = path.rstrip("/")
    parts: list[str] = []
    for _ in range(_LEVELS_ABOVE):
        if not here or here.endswith(":/"):
            return None
        if has_manifest(here):
            inside = "/".join(reversed(parts))
            return (here, inside) if _lists(here, inside) else None
        here, _, name = here.rpartition("/") if "/" in here else (os.getcwd(), "", here)
        parts.append(name)
    return None


def _lists(folder: str, inside: str) -> bool:
    return not inside or bool(_below(read_manifest(folder).files, inside))


def _below(entries: Mapping[str, FileEntry], inside: str) -> dict[str, FileEntry]:
    if not inside:
        return dict(entries)
    return {
        name: entry
        for name, entry in entries.items()
        if name == inside or name.startswith(f"{inside}/")
    }


def fingerprint(path: str) -> str:
    """SHA-256 of what a file, a folder or a pattern names; `missing` where there is nothing.

    What lies in an output of tfmling is not read: its manifest is, and the sizes are checked.

    Raises:
        DamagedError: an output is damaged.
    """
    try:
        roots = files.expand(path)
    except FileNotFoundError:
        roots = []
    if not roots:
        return "missing"
    return _hash_json([_fingerprint_one(root) for root in roots])


def _fingerprint_one(root: str) -> list[Any]:
    found = find_manifest(root)
    if found is None:
        return [root.rstrip("/").rpartition("/")[2], _hash_contents(root)]
    folder, inside = found
    manifest = require_whole(folder)
    entries = _below(manifest.files, inside)
    kept = {n: e.sha256 for n, e in entries.items() if n not in {"config.yaml", *manifest.varying}}
    return [inside, kept]


def _hash_contents(root: str) -> dict[str, str]:
    if not files.is_folder(root):
        return {"": hash_file(root)}
    names = [name for name in files.find(root) if "/__pycache__/" not in name]
    return {name.removeprefix(root).lstrip("/"): hash_file(name) for name in names}


def hash_file(path: str) -> str:
    """SHA-256 of a file's contents, in hexadecimal digits."""
    with files.open_binary(path) as file:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _hash_json(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def note_entry(path: str, entry: FileEntry) -> None:
    """Says what a file holds, for the manifest, so that nobody reads it once more."""
    files.write_text(f"{path}{_ENTRY}", entry.model_dump_json())


def write_manifest(
    folder: str,
    *,
    command: str,
    code: str = "",
    flags: Sequence[str] = (),
    settings: Mapping[str, Any] = _NOTHING,
    inputs: Mapping[str, str] = _NOTHING,
    varying: Mapping[str, str] = _NOTHING,
) -> None:
    """Writes the manifest of a folder in which all files lie; see `Manifest`."""
    entries, settings = dict(_entries(folder)), files.finite(dict(settings))
    manifest = Manifest(
        command=command,
        code=code,
        flags=list(flags),
        settings=settings,
        settings_sha256=_hash_json(settings),
        inputs=dict(inputs),
        files=entries,
        varying={name: why for name, why in varying.items() if name in entries},
    )
    values = manifest.model_dump(mode="json")
    files.write_json(files.join(folder, MANIFEST), values | {"sha256": _hash_json(values)})


def _entries(folder: str) -> Iterator[tuple[str, FileEntry]]:
    found = files.find(folder)
    noted = {name for name in found if name.endswith(_ENTRY)}
    for path in found:
        name = path.removeprefix(folder).lstrip("/")
        if path in noted or name in (UNFINISHED, MANIFEST):
            continue
        if f"{path}{_ENTRY}" in noted:
            yield name, FileEntry.model_validate_json(files.read_text(f"{path}{_ENTRY}"))
            files.remove(f"{path}{_ENTRY}")
        else:
            yield name, FileEntry(bytes=files.size(path), sha256=hash_file(path))
