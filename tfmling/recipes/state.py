"""The record of a stage's latest run: `<output>/states/<stage>.json`."""

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import pydantic

from tfmling.core import files
from tfmling.core.json_values import read_json
from tfmling.recipes.version import Version

Status = Literal["started", "failed", "completed"]


@dataclass(frozen=True)
class State:
    """The latest run of a stage, over all its attempts.

    Attributes:
        version: of settings, code and inputs.
        status: `started` is also what a killed run leaves.
        started_at: time of the first attempt, in seconds since 1970.
        attempt_at: time of the latest attempt, in seconds since 1970.
        attempts: number of attempts.
        seconds: total duration of the attempts that have ended.
        usual_seconds: duration of the latest completed run, of this version or another.

    Example:
        >>> version = Version("train", [], {"steps": 5}, code="", inputs={})
        >>> state = start(version, None, None)
        >>> state.status, state.ended("completed").status
        ('started', 'completed')
    """

    version: Version
    status: Status
    started_at: float
    attempt_at: float
    attempts: int = 1
    seconds: float = 0.0
    usual_seconds: float | None = None

    def ended(self, status: Status) -> "State":
        """Return the state after the attempt has ended."""
        seconds = self.seconds + time.time() - self.attempt_at
        usual = seconds if status == "completed" else self.usual_seconds
        return replace(self, status=status, seconds=seconds, usual_seconds=usual)


_STATE = pydantic.TypeAdapter(State)


def start(version: Version, earlier: State | None, last_log_write: float | None) -> State:
    """Return the state of a new attempt, which resumes an unfinished run of the same version.

    Args:
        version: what is run now.
        earlier: the state of the latest run, if there is one.
        last_log_write: when an earlier attempt, which may have been killed, last wrote to its log.

    Example:
        >>> version = Version("train", [], {"steps": 5}, code="", inputs={})
        >>> first = start(version, None, None).ended("failed")
        >>> start(version, first, None).attempts
        2
    """
    now = time.time()
    if earlier is None:
        return State(version, "started", now, now)
    if not can_resume(version, earlier):
        return State(version, "started", now, now, usual_seconds=earlier.usual_seconds)
    killed = earlier.status == "started" and last_log_write is not None
    unrecorded = max(0.0, last_log_write - earlier.attempt_at) if killed and last_log_write else 0.0
    return replace(
        earlier,
        status="started",
        attempt_at=now,
        attempts=earlier.attempts + 1,
        seconds=earlier.seconds + unrecorded,
    )


def can_resume(version: Version, earlier: State | None) -> bool:
    """Whether an unfinished run can be resumed: nothing that it depends on has changed.

    Example:
        >>> version = Version("train", [], {"steps": 5}, code="", inputs={})
        >>> state = start(version, None, None)
        >>> [can_resume(version, state.ended(status)) for status in ("failed", "completed")]
        [True, False]
    """
    return earlier is not None and earlier.status != "completed" and earlier.version == version


def read_state(path: Path) -> State | None:
    """Read a state; None if there is none, or if it is damaged or of an older layout.

    Without a state only times are lost: content decides which stages are unchanged.

    Example:
        >>> print(read_state(Path("states/mlm.json")))
        None
    """
    try:
        return _STATE.validate_python(read_json(path))
    except (FileNotFoundError, ValueError):
        return None


def write_state(path: Path, state: State) -> None:
    """Write a state atomically.

    Example:
        >>> version = Version("train", [], {"steps": 5}, code="", inputs={})
        >>> state = start(version, None, None)
        >>> write_state(Path("states/mlm.json"), state)
        >>> read_state(Path("states/mlm.json")) == state
        True
    """
    files.write_json(str(path), asdict(state))
