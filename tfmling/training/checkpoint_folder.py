"""Paths of the checkpoints of an unfinished run; imports no TensorFlow."""

import os
import re

from tfmling.core import files

FOLDER = "checkpoints"  # inside the folder of the unfinished run
_NAME = re.compile(r"step-(\d{8,})")


def newest_step(folder: str) -> int:
    """The step of the newest checkpoint of an unfinished run, intact or not; 0 if there is none.

    Example:
        >>> os.makedirs("out.unfinished/checkpoints/step-00001200")
        >>> newest_step("out.unfinished"), newest_step("another.unfinished")
        (1200, 0)
    """
    paths = checkpoints_in(files.join(folder, FOLDER))
    return step_of(paths[-1]) if paths else 0


def describe_progress(folder: str) -> str | None:
    """Describe how far an unfinished run has come, for example `at step 1,200`.

    Example:
        >>> os.makedirs("out.unfinished/checkpoints/step-00001200")
        >>> describe_progress("out.unfinished")
        'at step 1,200'
    """
    step = newest_step(folder)
    return f"at step {step:,}" if step else None


def checkpoints_in(folder: str) -> list[str]:
    """Paths of all checkpoints in a folder of checkpoints, oldest first.

    Example:
        >>> for name in ("step-00000400", "step-00000200", "notes"):
        ...     os.makedirs(f"checkpoints/{name}")
        >>> checkpoints_in("checkpoints")
        ['checkpoints/step-00000200', 'checkpoints/step-00000400']
    """
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted(
        (files.join(folder, name) for name in names if _NAME.fullmatch(name)), key=step_of
    )


def checkpoint_path(folder: str, step: int) -> str:
    """The path of a step's checkpoint in the folder of an unfinished run.

    Example:
        >>> checkpoint_path("out.unfinished", 400)
        'out.unfinished/checkpoints/step-00000400'
    """
    return files.join(folder, FOLDER, f"step-{step:08}")


def step_of(path: str) -> int:
    """The step of a checkpoint's path.

    Example:
        >>> step_of("out.unfinished/checkpoints/step-00000400")
        400
    """
    return int(path.rpartition("-")[2])
