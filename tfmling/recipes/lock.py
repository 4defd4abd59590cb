"""The lock of a recipe's output folder, which also marks the folder as made by tfmling."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tfmling.core.config import ConfigError
from tfmling.core.folders import hold_lock
from tfmling.core.output_paths import require_marked

LOCK = ".tfmling-lock"


@contextlib.contextmanager
def locked_folder(folder: Path) -> Iterator[int]:
    """Create the output folder of a recipe or study if it is missing, and hold its lock.

    Yields:
        A file descriptor of the lock, for the processes of stages to inherit.

    Raises:
        OutputError: the folder holds files and was not made by a recipe or study.
        ConfigError: another run, or a stage that outlived one, works in the folder.

    Example:
        >>> with locked_folder(Path("runs")):
        ...     print([path.name for path in Path("runs").iterdir()])
        ['.tfmling-lock']
    """
    require_marked(str(folder), LOCK, "stages are written there")
    folder.mkdir(parents=True, exist_ok=True)
    with hold_lock(
        str(folder / LOCK), f"{folder}: another run is using this folder", ConfigError
    ) as file:
        yield file.fileno()
