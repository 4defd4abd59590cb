"""The lock of a recipe's output folder, which also marks the folder as made by tfmling."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tfmling.core.config import ConfigError
from tfmling.core.folders import lock
from tfmling.core.output_paths import OutputError

LOCK = ".tfmling-lock"


@contextlib.contextmanager
def locked_folder(folder: Path) -> Iterator[int]:
    """Hold the lock of the output folder of a recipe or study.

    The system releases the lock when the last process that holds it ends, however it ends.

    Yields:
        A file descriptor of the lock, for the processes of stages to inherit.

    Raises:
        OutputError: the folder holds files and was not made by a recipe or study.
        ConfigError: another run, or a stage that outlived one, works in the folder.
    """
    require_recipe_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "a+", encoding="utf-8") as file:
        if not lock(file):
            file.seek(0)
            raise ConfigError(
                f"{folder}: another run works here (process {file.read().strip() or 'unknown'}); "
                "wait for it or stop it"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def require_recipe_folder(folder: Path) -> None:
    """Raise OutputError if a folder holds files and was not made by a recipe or study."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"output: {folder} is a file; expected a folder")
    if folder.is_dir() and not (folder / LOCK).exists() and any(folder.iterdir()):
        raise OutputError(
            f"output: {folder} is not empty and no recipe made it (it has no {LOCK}); expected a "
            "new folder. Move it away or name another one"
        )
