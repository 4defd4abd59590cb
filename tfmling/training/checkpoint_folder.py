"""Where the checkpoints of an unfinished training lie; needs no TensorFlow."""

import os
import re

from tfmling.core import files

FOLDER = "checkpoints"  # in that of the unfinished run
_NAME = re.compile(r"step-(\d{8,})")


def newest_step(folder: str) -> int:
    """The step of the newest checkpoint of an unfinished run, intact or not; 0 for none."""
    steps = checkpoints_in(files.join(folder, FOLDER))
    return step_of(steps[-1]) if steps else 0


def describe_progress(folder: str) -> str | None:
    """How far the training in the folder of an unfinished run has come, in words."""
    step = newest_step(folder)
    return f"at step {step:,}" if step else None


def checkpoints_in(folder: str) -> list[str]:
    """The checkpoints in a folder of them, oldest first."""
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted(
        (files.join(folder, name) for name in names if _NAME.fullmatch(name)), key=step_of
    )


def checkpoint_path(folder: str, step: int) -> str:
    """The checkpoint of a step in the folder of an unfinished run."""
    return path_of_step(files.join(folder, FOLDER), step)


def path_of_step(folder: str, step: int) -> str:
    """The checkpoint of a step in a folder of checkpoints."""
    return files.join(folder, f"step-{step:08}")


def step_of(path: str) -> int:
    """The step of a checkpoint."""
    return int(path.rpartition("-")[2])
