"""The output of a command: a folder that appears complete or not at all, with a manifest.

with outputs.publish(settings) as folder:
    files.write_json(files.join(folder, "scores.json"), scores)
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tfmling.core import config, files, folders, manifest
from tfmling.core.code_version import code_version
from tfmling.core.commands import COMMANDS, command_of_settings
from tfmling.core.output_paths import (
    OutputError,
    require_a_place,
    require_apart,
    require_own_folder,
    require_writable,
    resolve,
)

UNFINISHED_SUFFIX = ".unfinished"
_NOTHING: Mapping[str, str] = MappingProxyType({})


@contextlib.contextmanager
def publish(
    settings: config.Settings,
    *,
    varying: Mapping[str, str] = _NOTHING,
    varying_results: Mapping[str, str] = _NOTHING,
) -> Iterator[str]:
    """Provide a temporary folder to fill, which becomes the output on success.

    config.yaml and the manifest are added, everything is synced to disk, and an earlier output of
    the same command is replaced. If a file of the earlier output was edited or damaged, it is kept
    under another name. On an error nothing changes; the next run removes what a killed process
    left.

    Args:
        settings: of the command; their output is the folder.
        varying: logs, or patterns of them, that differ between two undisturbed runs, with the
            reason.
        varying_results: the same for files that other commands read.

    Yields:
        The temporary folder.

    Raises:
        OutputError: the output must not be written; see `output_paths.require_writable`.
        BusyError: another process is writing the same output.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> with publish(Copy(output="out")) as temporary:
        ...     files.write_text(files.join(temporary, "a.txt"), "x")
        >>> sorted(manifest.read_manifest("out").files)
        ['a.txt', 'config.yaml']
    """
    check_output(settings)
    output = followed(output_of(settings))
    folders.remove_abandoned(output)
    inputs = {path: manifest.fingerprint(path) for path in config.paths(settings, "input")}
    with _naming(output), folders.temporary_folder(output) as folder:
        yield folder
        files.write_text(files.join(folder, manifest.CONFIG), config.dump(settings))
        write_manifest(
            settings, folder, inputs=inputs, varying=varying, varying_results=varying_results
        )
        check_output(settings)  # hours may have passed since
        kept = folders.finish_folder(folder, output, keep_old=_is_changed(output))
    if kept:
        print(
            f"{output}: was modified after it was written; the earlier folder is kept as {kept}",
            file=sys.stderr,
        )


def write_manifest(
    settings: config.Settings,
    folder: str,
    *,
    named: str = "",
    inputs: Mapping[str, str] = _NOTHING,
    varying: Mapping[str, str] = _NOTHING,
    varying_results: Mapping[str, str] = _NOTHING,
) -> None:
    """Sync a filled folder to disk, then write its manifest.

    Args:
        settings: of the command that filled it.
        folder: where the files are now.
        named: the folder as the settings name it; empty for their output.
        inputs: path -> fingerprint.
        varying: see `publish`.
        varying_results: see `publish`.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> files.write_text("out/a.txt", "x"); write_manifest(Copy(output="out"), "out")
        >>> manifest.verify("out")
        1
    """
    entries = manifest.collect_entries(folder)
    if not files.is_remote(folder):
        folders.sync_tree(folder)
    command = command_name(settings)
    manifest.write_manifest(
        folder,
        settings=settings.model_dump(mode="json"),
        entries=entries,
        command=command,
        code=code_version(COMMANDS[command].modules) if command in COMMANDS else "",
        flags=list(settings._runner_flags),
        named=named or output_of(settings),
        working_directory=_working_directory(settings),
        inputs=dict(inputs),
        varying=varying,
        varying_results=varying_results,
    )


def _working_directory(settings: config.Settings) -> str:
    """The base of relative paths in the settings; empty if there are none."""
    named = [*config.paths(settings, "input"), *config.paths(settings, "output")]
    local = (path for path in named if path and not files.is_remote(path))
    relative = [p for p in local if not p.startswith(("/", "~", "file://", files.PACKAGE))]
    return os.getcwd() if relative else ""


def _is_changed(output: str) -> bool:
    """Whether an earlier output differs from what its command wrote.

    Missing and empty files do not count. Others are read only if they were modified after the
    manifest.
    """
    try:
        written = manifest.read_manifest(output)
    except manifest.IncompleteError:
        return False  # no earlier output
    except manifest.DamagedError:
        return True
    return any(_is_edited(output, name, entry, written) for name, entry in written.files.items())


def _is_edited(
    output: str, name: str, entry: manifest.FileEntry, written: manifest.Manifest
) -> bool:
    path = files.join(output, name)
    if not files.exists(path) or (not files.is_folder(path) and not files.size(path)):
        return False
    if files.size(path) == entry.bytes and not _is_newer(
        path, files.join(output, folders.MANIFEST)
    ):
        return False
    try:
        manifest.check_file(output, name, entry, written)
    except manifest.DamagedError:
        return True
    return False


def _is_newer(path: str, than: str) -> bool:
    """Whether a local file is newer than another one, or is a link."""
    if files.is_remote(path):  # object stores never modify files in place
        return False
    path, than = files.filesystem(path)[1], files.filesystem(than)[1]
    return os.path.islink(path) or os.stat(path).st_mtime_ns > os.stat(than).st_mtime_ns


@contextlib.contextmanager
def _naming(output: str) -> Iterator[None]:
    """Add the output to an error of the operating system that names no file."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.add_note(f"while writing {output}")
        raise


def output_of(settings: config.Settings) -> str:
    """Return the folder that a command writes.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> output_of(Copy(output="runs/sw"))
        'runs/sw'
    """
    (output,) = config.paths(settings, "output")
    return output


def command_name(settings: config.Settings) -> str:
    """Return the name of the command with these settings, or of their class if there is none.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> command_name(Copy(output="runs/sw"))
        'Copy'
    """
    return command_of_settings(type(settings)) or type(settings).__name__


def check_output(settings: config.Settings) -> None:
    """Check that the output may be written; see `output_paths.require_writable`.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> check_output(Copy(output="."))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.output_paths.OutputError: output: '.' is the working directory or ...
    """
    output, inputs = output_of(settings), config.paths(settings, "input")
    require_writable(output, command_name(settings), inputs, overwrite=settings._overwrite)
    for kept in kept_folders(settings):
        require_own_folder(kept, inputs)
        _require_kept_place(kept)
        require_apart(output, kept, "the folder for the state of the same run,")


def _require_kept_place(kept: str) -> None:
    """Raise OutputError if a folder cannot be kept at this path from run to run."""
    if files.is_remote(kept):
        return
    require_a_place(kept)
    found = manifest.find_manifest(os.path.dirname(resolve(kept)))
    if found is not None:
        raise OutputError(
            f"output: {kept} is in {found[0]}, an output of tfmling; expected a folder elsewhere"
        )


def kept_folders(settings: config.Settings) -> list[str]:
    """Return the folders beside the output that a command also writes, such as `.unfinished`.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> kept_folders(Copy(output="runs/sw"))  # not a command that resumes
        []
    """
    command = COMMANDS.get(command_name(settings))
    if command is None or not command.resumes or not output_of(settings).strip():
        return settings.kept_folders()
    return [unfinished_folder(settings), *settings.kept_folders()]


def unfinished_folder(settings: config.Settings) -> str:
    """Return the folder of an unfinished run, beside the output with links resolved.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> os.path.relpath(unfinished_folder(Copy(output="runs/sw")), os.path.realpath("."))
        'runs/sw.unfinished'
    """
    return files.name_beside(followed(output_of(settings)), UNFINISHED_SUFFIX)


def followed(output: str) -> str:
    """Return `output` with symbolic links resolved.

    Example:
        >>> files.write_text("disk/a.txt", "x"); os.symlink("disk", "out")
        >>> os.path.basename(followed("out"))
        'disk'
    """
    if files.is_remote(output):
        return output
    return os.path.realpath(files.filesystem(output)[1])
