"""`tfmling verify`: checks outputs against their manifests, and stages against their outputs."""

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tqdm import tqdm

from tfmling.core import files, manifest
from tfmling.core.errors import InputError, UserError
from tfmling.core.folders import KEPT_MANIFEST, MANIFEST, UNFINISHED
from tfmling.recipes.state import State, read_state


class VerificationError(UserError):
    """An output is damaged, or there is nothing to verify.

    Example:
        >>> files.write_text("photos/a.jpg", "x")
        >>> verify_outputs(["photos"])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.recipes.verify.VerificationError: photos: expected an output of tfmling, ...
    """


class MissingPathError(InputError, FileNotFoundError):
    """A path to verify does not exist.

    Example:
        >>> verify_outputs(["runs/sw"])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.recipes.verify.MissingPathError: runs/sw: no such file or folder; ...
    """


def verify_outputs(paths: Iterable[str]) -> None:
    """Check sizes and SHA-256 of all files of outputs against their manifests.

        tfmling verify runs/sw/encoder         # an output, or a file or folder in one
        tfmling verify runs/sw runs/study      # all outputs in the folder of a recipe or study

    Prints one line per output, and one line per damaged file with the command that rewrites the
    output. The exit status is 1 if an output is damaged or none is found, and 2 if a path does not
    exist.

    Args:
        paths: outputs, parts of them, or folders that hold outputs; local or remote.

    Raises:
        VerificationError: an output is damaged, or a path is in no output.
        MissingPathError: a path does not exist.
        UnsupportedPathError: a path has an unsupported scheme.

    Example:
        >>> files.write_text("runs/mlm/a.txt", "Habari")
        >>> manifest.write_manifest("runs/mlm", command="train")
        >>> verify_outputs(["runs"])  # doctest: +ELLIPSIS
        runs/mlm: 1 files, 6 bytes, intact (... s)
    """
    paths = list(paths)
    for path in paths:
        _require_path(path)
    damages, empty = 0, []
    for path in paths:
        found = list(outputs_at(path))
        lost = list(lost_stages(path))
        for line in lost:
            print(line)
        for folder, inside in found:
            damages += _verify_output(folder, inside)
        damages += len(lost)
        if files.exists(files.join(path, KEPT_MANIFEST)):
            print(f"{path}: an earlier output that was kept under a new name; not verified")
        elif not found and not lost:
            empty.append(path)
    if damages:
        raise VerificationError(f"{damages:,} damaged: see the lines above")
    if empty:
        raise VerificationError(
            f"{', '.join(empty)}: expected an output of tfmling, a part of one or a folder of "
            f"outputs, found no {MANIFEST}"
        )


def _require_path(path: str) -> None:
    """Raise MissingPathError if a path does not exist and is in no output."""
    if not files.exists(path) and manifest.find_manifest(path) is None:
        raise MissingPathError(f"{path}: no such file or folder; expected an output of tfmling")


def outputs_at(path: str) -> Iterator[tuple[str, str]]:
    """Find the outputs at, above or below a path.

    Yields:
        The folder of an output, and the part of it that the path names; "" for all of it.

    Example:
        >>> files.write_text("runs/mlm/a.txt", "x")
        >>> manifest.write_manifest("runs/mlm", command="train")
        >>> list(outputs_at("runs")), list(outputs_at("runs/mlm/a.txt"))
        ([('runs/mlm', '')], [('runs/mlm', 'a.txt')])
    """
    if (found := manifest.find_manifest(path)) is not None:
        yield found
        return
    for each in files.find(path, f"/{MANIFEST}"):
        folder = each.removesuffix(f"/{MANIFEST}")
        unfinished = files.exists(files.join(folder, UNFINISHED))
        if manifest.has_manifest(folder) and not (unfinished and folder.endswith(".tmp")):
            yield folder, ""


def lost_stages(path: str) -> Iterator[str]:
    """Describe each completed stage of a local recipe or study whose output has no manifest.

    Example:
        >>> from tfmling.recipes.state import start, write_state
        >>> from tfmling.recipes.version import Version
        >>> version = Version("train", [], {"output": "runs/mlm"}, code="", inputs={})
        >>> write_state(Path("runs/states/mlm.json"), start(version, None, None).ended("completed"))
        >>> [line.partition(":")[0] for line in lost_stages("runs")]
        ['runs/mlm']
    """
    if files.is_remote(path):
        return
    for name in files.find(path, ".json"):
        folder, _, _ = name.rpartition("/")
        if not folder.endswith("/states"):
            continue
        state = read_state(Path(name))
        output = _output_of(state)
        if output and not manifest.has_manifest(output):
            yield (
                f"{output}: damaged: expected the output of the stage {Path(name).stem}, found no "
                f"{MANIFEST}; write it again: run the recipe or study of {path} again"
            )


def _output_of(state: State | None) -> str | None:
    if state is None or state.status != "completed":
        return None
    output = state.version.config.get("output")
    return output if isinstance(output, str) else None


def _verify_output(folder: str, inside: str) -> int:
    """Verify one output, or its part `inside`; print the result, return the number of damages."""
    started = time.monotonic()
    try:
        written = manifest.read_manifest(folder)
    except UserError as error:
        print(error)
        return 1
    entries = manifest.below(written.files, inside)
    size, damages = sum(entry.bytes for entry in entries.values()), 0
    shown = files.join(folder, inside) if inside else folder
    with tqdm(total=size, desc=shown, unit="B", unit_scale=True, disable=None, leave=False) as bar:
        for name, entry in entries.items():
            if (line := _damage(folder, name, entry, written, bar)) is not None:
                damages += 1
                bar.write(line, file=sys.stdout)
    seconds = time.monotonic() - started
    found = f"{damages:,} of them damaged" if damages else "intact"
    print(f"{shown}: {len(entries):,} files, {size:,} bytes, {found} ({seconds:.1f} s)", flush=True)
    return damages


def _damage(
    folder: str,
    name: str,
    entry: manifest.FileEntry,
    written: manifest.Manifest,
    bar: "tqdm[None]",
) -> str | None:
    try:
        manifest.check_file(folder, name, entry, written, progress=bar.update)
    except UserError as error:
        return str(error)
    except OSError as error:
        return (
            f"{files.join(folder, name)}: damaged: cannot be read: {error}; write it again: "
            f"{written.rewrite_command(folder)}"
        )
    return None
