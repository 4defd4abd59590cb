"""The output of a command: a folder that appears whole, with its settings and a manifest.

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
    """Gives a temporary folder to fill; on success it becomes the output that `settings` name.

    config.yaml and the manifest are added, everything is synced to the disk, and an earlier output
    of the same command is replaced. One that is not as it was written, because somebody edited a
    file or because it is damaged, is kept under another name. On an error nothing is changed; what
    a killed process leaves is removed by the next run.

    Args:
        settings: of the command; their output is the folder.
        varying: logs, or patterns of them, that differ between two undisturbed runs, with the
            reason.
        varying_results: the same for files that other commands build on.

    Raises:
        OutputError: the output must not be written; see `output_paths.require_writable`.
        BusyError: another process is writing the same output.
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
            f"{output}: was not as it had been written; the earlier folder is kept as {kept}",
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
    """Syncs a filled folder to the disk, then writes its manifest.

    Args:
        settings: of the command that filled it.
        folder: where the files are now.
        named: the folder as the settings name it; empty: their output.
        inputs: path to fingerprint.
        varying: see `publish`.
        varying_results: see `publish`.
    """
    entries = manifest.collect_entries(folder)
    if not files.is_remote(folder):
        folders.sync_tree(folder)
    command = command_name(settings)
    manifest.write_manifest(
        folder,
        command=command,
        code=code_version(COMMANDS[command].modules) if command in COMMANDS else "",
        flags=settings._runner_flags,
        settings=settings.model_dump(mode="json"),
        named=named or output_of(settings),
        working_directory=_working_directory(settings),
        inputs=inputs,
        varying=varying,
        varying_results=varying_results,
        entries=entries,
    )


def _working_directory(settings: config.Settings) -> str:
    """What relative paths in the settings refer to; empty where there are none."""
    named = [*config.paths(settings, "input"), *config.paths(settings, "output")]
    local = (path for path in named if path and not files.is_remote(path))
    relative = [p for p in local if not p.startswith(("/", "~", "file://", files.PACKAGE))]
    return os.getcwd() if relative else ""


def _is_changed(output: str) -> bool:
    """Whether an older output holds something else than what its command wrote.

    Files that are missing or empty hold nothing. The others are read only where they were touched
    after the manifest was written.
    """
    try:
        written = manifest.read_manifest(output)
    except manifest.IncompleteError:
        return False  # there is no older output
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
    """Whether a local file was written later than another one, or is a link."""
    if files.is_remote(path):  # object stores change no file in place
        return False
    path, than = files.filesystem(path)[1], files.filesystem(than)[1]
    return os.path.islink(path) or os.stat(path).st_mtime_ns > os.stat(than).st_mtime_ns


@contextlib.contextmanager
def _naming(output: str) -> Iterator[None]:
    """Adds the output to an error of the operating system that names no file."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.add_note(f"while writing {output}")
        raise


def output_of(settings: config.Settings) -> str:
    """The folder that a command writes."""
    (output,) = config.paths(settings, "output")
    return output


def command_name(settings: config.Settings) -> str:
    """The command that takes these settings; the name of their class where none does."""
    return command_of_settings(type(settings)) or type(settings).__name__


def check_output(settings: config.Settings) -> None:
    """Checks that the output may be written; see `output_paths.require_writable`."""
    output, inputs = output_of(settings), config.paths(settings, "input")
    require_writable(output, command_name(settings), inputs, overwrite=settings._overwrite)
    for kept in kept_folders(settings):
        require_own_folder(kept, inputs)
        _require_kept_place(kept)
        require_apart(output, kept, "the folder for the state of the same run,")


def _require_kept_place(kept: str) -> None:
    """Raises OutputError where a folder that is kept from run to run cannot lie."""
    if files.is_remote(kept):
        return
    require_a_place(kept)
    found = manifest.find_manifest(os.path.dirname(resolve(kept)))
    if found is not None:
        raise OutputError(
            f"output: {kept} lies in {found[0]}, an output of tfmling; expected a folder elsewhere"
        )


def kept_folders(settings: config.Settings) -> list[str]:
    """The folders beside the output that a command writes too, such as an unfinished run's."""
    command = COMMANDS.get(command_name(settings))
    if command is None or not command.resumes or not output_of(settings).strip():
        return settings.kept_folders()
    return [unfinished_folder(settings), *settings.kept_folders()]


def unfinished_folder(settings: config.Settings) -> str:
    """The folder of an unfinished run: beside its output, where a link as output leads."""
    return files.name_beside(followed(output_of(settings)), UNFINISHED_SUFFIX)


def followed(output: str) -> str:
    """Where a symbolic link at `output` leads."""
    if files.is_remote(output):
        return output
    return os.path.realpath(files.filesystem(output)[1])
