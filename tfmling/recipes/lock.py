"""One run of a recipe at a time in one output folder."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from tfmling.config import ConfigError


@contextlib.contextmanager
def only_run(folder: Path) -> Iterator[int]:
    """Holds `folder`/lock; gives its file descriptor, which a stage's process is to inherit.

    The system releases the lock when the last process that holds it ends, however it ends.

    Raises:
        ConfigError: another run, or a stage that outlived one, works in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ConfigError(
                f"{folder}: another run works here (process {file.read().strip() or 'unknown'}); "
                "wait for it or stop it"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()
