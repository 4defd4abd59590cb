"""The output of a command: a folder that appears whole, with its settings and a manifest.

with outputs.publish(settings) as folder:
    files.write_json(files.join(folder, "scores.json"), scores)
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tfmling import config, files, folders, manifest
from tfmling.code_version import code_version
from tfmling.commands import COMMANDS, command_of_settings
from tfmling.output_paths import require_writable

_NOTHING: Mapping[str, str] = MappingProxyType({})


@contextlib.contextmanager
def publish(settings: config.Settings, *, varying: Mapping[str, str] = _NOTHING) -> Iterator[str]:
    """Gives a temporary folder to fill; on success it becomes the output that `settings` name.

    config.yaml and the manifest are added, everything is synced to the disk, and an earlier output
    of the same command is replaced. On an error nothing is changed; what a killed process leaves
    is removed by the next run.

    Args:
        settings: of the command; their output is the folder.
        varying: files that differ between two undisturbed runs, with the reason.

    Raises:
        OutputError: the output must not be written; see `output_paths.require_writable`.
        BusyError: another process is writing the same output.
    """
    check_output(settings)
    output = _followed(output_of(settings))
    folders.remove_abandoned(output)
    inputs = {path: manifest.fingerprint(path) for path in config.paths(settings, "input")}
    with folders.temporary_folder(output) as folder:
        yield folder
        files.write_text(files.join(folder, "config.yaml"), config.dump(settings))
        if not files.is_remote(folder):
            folders.sync_tree(folder)
        command = command_name(settings)
        manifest.write_manifest(
            folder,
            command=command,
            code=code_version(COMMANDS[command].module) if command in COMMANDS else "",
            flags=settings._runner_flags,
            settings=settings.model_dump(mode="json"),
            inputs=inputs,
            varying=varying,
        )
        check_output(settings)  # hours may have passed since
        folders.finish_folder(folder, output)


def output_of(settings: config.Settings) -> str:
    """The folder that a command writes."""
    (output,) = config.paths(settings, "output")
    return output


def command_name(settings: config.Settings) -> str:
    """The command that takes these settings; the name of their class where none does."""
    return command_of_settings(type(settings)) or type(settings).__name__


def check_output(settings: config.Settings) -> None:
    """Checks that the output may be written; see `output_paths.require_writable`."""
    require_writable(
        output_of(settings),
        command_name(settings),
        config.paths(settings, "input"),
        overwrite=settings._overwrite,
    )


def _followed(output: str) -> str:
    """Where a symbolic link at `output` leads."""
    if files.is_remote(output):
        return output
    return os.path.realpath(files.filesystem(output)[1])
