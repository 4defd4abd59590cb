"""Checks that a command writes only new folders, or replaces its own earlier outputs.

They run before any input is read, so that a wrong path fails immediately.
"""

import os
from collections.abc import Iterator, Sequence

from tfmling.core import files
from tfmling.core.config_errors import ConfigError
from tfmling.core.folders import MANIFEST, UNFINISHED
from tfmling.core.manifest import (
    DamagedError,
    IncompleteError,
    Manifest,
    NewerManifestError,
    has_manifest,
    read_manifest,
)


class OutputError(ConfigError):
    """An output that must not be written, because other files would be lost.

    Example:
        >>> OutputError("output: photos is not empty").exit_status
        2
    """


def require_writable(
    output: str, command: str, inputs: Sequence[str] = (), *, overwrite: bool = False
) -> None:
    """Check that writing `output` replaces nothing but an earlier output of the same command.

    Args:
        output: a local or remote folder.
        command: the command that will write it.
        inputs: files, folders and patterns that the command reads.
        overwrite: whether the output of another command may be replaced too.

    Raises:
        OutputError: the path is empty, the working directory, the home directory, or a folder above
            them; it equals, contains or is in an input; it holds files that this command did not
            write.

    Example:
        >>> files.write_text("photos/a.jpg", "x")
        >>> require_writable("photos", "train")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.output_paths.OutputError: output: photos is not empty and holds no ...
    """
    require_own_folder(output, inputs)
    if not files.is_remote(output):
        require_a_place(output)
    if files.exists(output):
        _require_replaceable(output, command, overwrite)


def require_a_place(path: str) -> None:
    """Raise OutputError if no folder can be created under a local path.

    Example:
        >>> files.write_text("a.txt", "x")
        >>> require_a_place("a.txt")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.output_paths.OutputError: output: a.txt is a file; expected a folder ...
    """
    root = resolve(path)
    if os.path.lexists(root) and not os.path.isdir(root):
        raise OutputError(f"output: {path} is a file; expected a folder that tfmling wrote")
    if os.path.ismount(root):
        raise OutputError(
            f"output: {root} is a mount point and cannot be replaced; expected a folder in it"
        )
    above = next(each for each in _upwards(os.path.dirname(root)) if os.path.lexists(each))
    if not os.path.isdir(above):
        raise OutputError(f"output: {root}: {above} is a file; expected a folder")
    longest = os.pathconf(above, "PC_NAME_MAX")
    if any(len(os.fsencode(name)) > longest for name in root.split("/")):
        raise OutputError(f"output: {root}: expected names of at most {longest} bytes")
    _require_not_in_state(root)
    if not os.access(above, os.W_OK | os.X_OK):
        raise OutputError(
            f"output: {root} cannot be written: no permission to write in {above}, or its disk is "
            "read-only; name another folder"
        )


def _require_not_in_state(root: str) -> None:
    """Raise OutputError inside the state of an unfinished run, which is removed in the end."""
    for each in _upwards(os.path.dirname(root)):
        if os.path.lexists(os.path.join(each, UNFINISHED)):
            raise OutputError(
                f"output: {root} is in {each}, which is the saved state of another run "
                f"(it holds {UNFINISHED}); expected a folder elsewhere"
            )


def require_own_folder(output: str, inputs: Sequence[str] = ()) -> None:
    """Check that a path can be a folder of its own; see `require_writable`.

    Example:
        >>> require_own_folder(".")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.output_paths.OutputError: output: '.' is the working directory or ...
    """
    if not output.strip():
        raise OutputError("output: expected the path of a folder, got an empty one")
    if output.startswith(files.PACKAGE):
        raise OutputError(f"output: {output} is in a Python package; expected another folder")
    if not files.is_remote(output):
        _require_below_places(output)
    for path in inputs:
        for found in _existing(path) or [path]:
            require_apart(output, found, "the input")


def _existing(path: str) -> list[str]:
    if files.is_remote(path):  # compared by name alone; nothing is contacted yet
        return []
    try:
        return files.expand(path)
    except FileNotFoundError:  # a package that is not installed
        return []


def _require_below_places(output: str) -> None:
    places = {"the working directory": os.getcwd(), "the home directory": os.path.expanduser("~")}
    for name, place in places.items():
        if is_inside(place, output):
            raise OutputError(
                f"output: {output!r} is {name} or a folder that holds it; expected a new folder, "
                "such as runs/my_output"
            )


def require_apart(output: str, other: str, name: str) -> None:
    """Raise OutputError if one of two paths equals or contains the other.

    Example:
        >>> require_apart("runs/a", "runs", "the input")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.output_paths.OutputError: output: 'runs/a' is in the input 'runs'; ...
    """
    if is_inside(output, other):
        raise OutputError(f"output: {output!r} is in {name} {other!r}; expected a folder elsewhere")
    if is_inside(other, output):
        raise OutputError(
            f"output: {output!r} holds {name} {other!r}, which would be removed; expected another "
            "folder"
        )


def require_marked(folder: str, mark: str, reason: str) -> None:
    """Raise OutputError if a local path is a file, or a folder with files but no marker file.

    Args:
        folder: the path.
        mark: name of the marker file.
        reason: why the path is needed, for the error message.

    Example:
        >>> files.write_text("photos/a.jpg", "x")
        >>> require_marked("photos", ".mark", "logs go there")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.output_paths.OutputError: output: photos is not empty and was not ...
    """
    hint = f"{reason}; move it away or name another output"
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise OutputError(f"output: {folder} is a file; expected a folder: {hint}")
    marked = os.path.isfile(os.path.join(folder, mark))
    if os.path.isdir(folder) and os.listdir(folder) and not marked:
        raise OutputError(
            f"output: {folder} is not empty and was not created by tfmling "
            f"(it has no {mark}): {hint}"
        )


def is_inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or is below it, with links and `..` resolved.

    Example:
        >>> is_inside("runs/../runs/a", "runs"), is_inside("runs2", "runs")
        (True, False)
    """
    inner, outer = resolve(path), resolve(folder)
    return inner == outer or inner.startswith(outer.rstrip("/") + "/") or _same_above(inner, outer)


def _same_above(inner: str, outer: str) -> bool:
    """Compare by the identity of folders: bind mounts, names that differ by case."""
    if files.is_remote(inner) or files.is_remote(outer) or not os.path.exists(outer):
        return False
    return any(os.path.exists(each) and os.path.samefile(each, outer) for each in _upwards(inner))


def _upwards(path: str) -> Iterator[str]:
    yield path
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        yield path


def resolve(path: str) -> str:
    """Return the canonical spelling of a path: absolute, with links and `..` resolved.

    Example:
        >>> resolve("runs/../a.txt") == os.path.realpath("a.txt")
        True
    """
    try:
        system, root = files.filesystem(path)
    except FileNotFoundError:  # a package that is not installed
        return path
    if not files.is_remote(path):
        return os.path.realpath(root)
    return system.unstrip_protocol(os.path.normpath(root).lstrip("."))


def _require_replaceable(output: str, command: str, overwrite: bool) -> None:
    if not files.is_folder(output):
        raise OutputError(f"output: {output} is a file; expected a folder that tfmling wrote")
    if not has_manifest(output):
        if files.find(output) or _has_folders(output):
            raise OutputError(
                f"output: {output} is not empty and holds no {MANIFEST}, so tfmling did not write "
                "it; expected a new folder. Move it away or name another one"
            )
        return
    written = _read(output, overwrite)
    if written is None:
        return
    if written.command != command and not overwrite:
        raise OutputError(
            f"output: {output} was written by {written.command}, not by {command}; name another "
            "folder, or add --overwrite to replace it"
        )
    _require_nothing_added(output, written)


def _has_folders(output: str) -> bool:
    system, root = files.filesystem(output)
    return bool(system.ls(root, detail=False))


def _read(output: str, overwrite: bool) -> Manifest | None:
    try:
        return read_manifest(output)
    except (DamagedError, IncompleteError, NewerManifestError) as error:
        if overwrite and isinstance(error, DamagedError):
            return None
        raise OutputError(f"output: {error}") from None


def _require_nothing_added(output: str, written: Manifest) -> None:
    names = (path.removeprefix(output).lstrip("/") for path in files.find(output))
    known = {MANIFEST, UNFINISHED, *written.files}
    added = [name for name in names if name not in known]
    if added:
        raise OutputError(
            f"output: {output} holds files that tfmling did not write ({', '.join(added[:3])}"
            f"{', …' if len(added) > 3 else ''}); move them away or name another folder"
        )
