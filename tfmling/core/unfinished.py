"""The state of an unfinished run, in a folder beside its output.

    with unfinished.keep(settings, progress) as state:
        ...  # write into state.folder
        state.remove()  # after the output was published

The folder is `<output>.unfinished`. It contains a marker file, locked by the process that works in
it, and `begun.json` with the settings and input fingerprints of the run. A run with other settings
or inputs is rejected unless `--restart` is given; only `Resumable` settings may change.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

from tfmling import __version__
from tfmling.core import config, files, folders, manifest, outputs
from tfmling.core.config_errors import ConfigError
from tfmling.core.errors import UserError
from tfmling.core.folders import BusyError
from tfmling.core.json_values import read_json_object
from tfmling.core.output_paths import require_apart, require_marked
from tfmling.core.resumable import differences, is_resumable

_BEGUN = "begun.json"
_RESTART_HINT = "add --restart to start over"
_SHOWN = 5  # differing keys in an error


class DamagedStateError(UserError, ValueError):
    """The state of an unfinished run cannot be used.

    Example:
        >>> files.write_text("out.unfinished/begun.json", "{}")
        >>> read_begun("out.unfinished")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.unfinished.DamagedStateError: out.unfinished/begun.json: expected the ...
    """


class Unfinished:
    """The state folder of a run, locked if it is local.

    Attributes:
        folder: its path.
        earlier: the settings of the run that is resumed, as plain data; None for a new run.

    Example:
        >>> files.write_text("out.unfinished/step.txt", "5")
        >>> Unfinished("out.unfinished", earlier=None).remove()
        >>> files.exists("out.unfinished")
        False
    """

    def __init__(self, folder: str, earlier: dict[str, Any] | None):
        self.folder = folder
        self.earlier = earlier

    def remove(self) -> None:
        """Remove the folder, after the output was published."""
        folders.remove_folder(self.folder)


@contextlib.contextmanager
def keep(settings: config.Settings, progress: Callable[[str], str | None]) -> Iterator[Unfinished]:
    """Lock the state folder of a run, either a new one or that of a run to resume.

    Args:
        settings: of the command.
        progress: describes how far the run in a folder has come, such as `at step 400`; None if
            nothing would be lost.

    Yields:
        The state.

    Raises:
        BusyError: another process works in the folder.
        ConfigError: the run in the folder has other settings or inputs.
        OutputError: the folder is not ours, or holds an input.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> with keep(Copy(output="out"), lambda folder: None) as state:
        ...     print(state.earlier, os.path.basename(state.folder))
        None out.unfinished
    """
    folder = outputs.unfinished_folder(settings)
    for path in config.paths(settings, "input"):
        require_apart(folder, path, "the input")
    with _locked(folder):
        if settings._restart or progress(folder) is None:
            _clear(folder)
        yield Unfinished(folder, _begin(settings, folder, progress(folder)))


def check(settings: config.Settings, progress: Callable[[str], str | None]) -> None:
    """Reject early, before anything is loaded, the settings that `keep` would reject.

    Changes nothing; see `keep` for arguments and errors. Only `keep` compares the inputs.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> check(Copy(output="out"), lambda folder: None)  # nothing to resume
    """
    folder = outputs.unfinished_folder(settings)
    if files.is_remote(folder):
        return
    _require_ours(folder)
    if os.path.isfile(os.path.join(folder, folders.UNFINISHED)):
        with _locked_mark(folder):
            described = progress(folder)
        if not settings._restart and described is not None:
            _require_same_settings(settings, _read(files.join(folder, _BEGUN)), folder, described)


@contextlib.contextmanager
def _locked(folder: str) -> Iterator[None]:
    if files.is_remote(folder):  # has no locks
        files.write_text(files.join(folder, folders.UNFINISHED), "")
        yield
        return
    _require_ours(folder)
    if not os.path.isdir(folder):
        os.makedirs(folder)
        files.sync_folder(os.path.dirname(folder))
    with _locked_mark(folder):
        yield


@contextlib.contextmanager
def _locked_mark(folder: str) -> Iterator[None]:
    path = os.path.join(folder, folders.UNFINISHED)
    output = folder.removesuffix(outputs.UNFINISHED_SUFFIX)
    with folders.hold_lock(path, f"{output}: another run is using this output") as mark:
        if not os.path.exists(path) or not os.path.samestat(os.fstat(mark.fileno()), os.stat(path)):
            raise BusyError(
                f"{output}: another run has just completed this output; run again to rewrite it"
            )
        yield


def _require_ours(folder: str) -> None:
    require_marked(folder, folders.UNFINISHED, "unfinished runs are kept there")


def _clear(folder: str) -> None:
    """Remove everything but the locked marker."""
    if files.is_remote(folder):
        for path in files.find(folder):
            files.remove(path)
        return
    for name in os.listdir(folder):
        if name != folders.UNFINISHED:
            folders.remove_entry(os.path.join(folder, name))


def _begin(settings: config.Settings, folder: str, progress: str | None) -> dict[str, Any] | None:
    path = files.join(folder, _BEGUN)
    inputs = fingerprints(settings)
    begun = None if progress is None else _read(path)
    if begun is not None and progress is not None:
        _require_same_settings(settings, begun, folder, progress)
        _require_same_inputs(inputs, begun, folder, progress)
    values = {
        "command": outputs.command_name(settings),
        "version": __version__,
        "settings": files.finite(settings.model_dump(mode="json")),
        "inputs": inputs,
    }
    files.write_json(path, values)
    return None if begun is None else begun["settings"]


def read_begun(folder: str) -> dict[str, Any]:
    """Read the `settings` and `inputs` of the run in a folder of `keep`; {} for other folders.

    Example:
        >>> class Copy(config.Settings):
        ...     output: config.OutputPath
        >>> with keep(Copy(output="out"), lambda folder: None) as state:
        ...     print(read_begun(state.folder)["inputs"])
        {}
    """
    path = files.join(folder, _BEGUN)
    return _read(path) if files.exists(path) else {}


def fingerprints(settings: config.Settings) -> dict[str, str]:
    """Return path -> `manifest.fingerprint` of the inputs that the state depends on.

    Example:
        >>> class Copy(config.Settings):
        ...     source: config.InputPath
        >>> files.write_text("a.txt", "x")
        >>> fingerprints(Copy(source="a.txt")) == {"a.txt": manifest.fingerprint("a.txt")}
        True
    """
    paths = config.paths(settings, "input", skip=is_resumable)
    return {path: manifest.fingerprint(path) for path in paths}


def _read(path: str) -> dict[str, Any]:
    try:
        begun = read_json_object(path)
        if not isinstance(begun["settings"], dict) or not isinstance(begun["inputs"], dict):
            raise TypeError
    except (UserError, FileNotFoundError, KeyError, TypeError):
        raise DamagedStateError(
            f"{path}: expected the settings of the unfinished run, found an unreadable file; "
            f"{_RESTART_HINT}"
        ) from None
    return begun


def _require_same_settings(
    settings: config.Settings, begun: dict[str, Any], folder: str, progress: str
) -> None:
    changed = []
    if begun["command"] != outputs.command_name(settings):
        changed.append(f"command: {begun['command']}, now {outputs.command_name(settings)}")
    changed += differences(settings, begun["settings"])
    if changed:
        more = f"; and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        raise ConfigError(
            f"{folder} holds an unfinished run, {progress}, that was started with other settings: "
            f"{'; '.join(changed[:_SHOWN])}{more}. Use the earlier settings, "
            f"name another output, or {_RESTART_HINT}"
        )


def _require_same_inputs(
    inputs: dict[str, str], begun: dict[str, Any], folder: str, progress: str
) -> None:
    other = [path for path, now in inputs.items() if begun["inputs"].get(path, now) != now]
    if other:
        raise ConfigError(
            f"{folder} holds an unfinished run, {progress}, that was started with other "
            f"inputs: the contents of {', '.join(other[:_SHOWN])} have changed since. "
            f"Restore them, name another output, or {_RESTART_HINT}"
        )
