"""What is known of a stage from earlier runs: `<output>/states/<stage>.json`."""

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
    """The newest run of a stage, all its attempts together.

    Attributes:
        version: what it was run with.
        status: `started` is also what a killed run leaves.
        started_at: first attempt, seconds since 1970.
        attempt_at: newest attempt, seconds since 1970.
        attempts: how often it was started.
        seconds: of all attempts that have ended.
        usual_seconds: what the newest completed run took, of this version or another.
    """

    version: Version
    status: Status
    started_at: float
    attempt_at: float
    attempts: int = 1
    seconds: float = 0.0
    usual_seconds: float | None = None

    def ended(self, status: Status) -> "State":
        """The state after the attempt has ended."""
        seconds = self.seconds + time.time() - self.attempt_at
        usual = seconds if status == "completed" else self.usual_seconds
        return replace(self, status=status, seconds=seconds, usual_seconds=usual)


_STATE = pydantic.TypeAdapter(State)


def start(version: Version, earlier: State | None, last_sign: float | None) -> State:
    """The state of a new attempt; it goes on with an unfinished one of the same version.

    Args:
        version: what is run now.
        earlier: what is known of the stage.
        last_sign: when an earlier attempt, which may have been killed, last wrote to its log.
    """
    now = time.time()
    if earlier is None:
        return State(version, "started", now, now)
    if not continues(version, earlier):
        return State(version, "started", now, now, usual_seconds=earlier.usual_seconds)
    killed = earlier.status == "started" and last_sign is not None
    lost = max(0.0, last_sign - earlier.attempt_at) if killed and last_sign else 0.0
    return replace(
        earlier,
        status="started",
        attempt_at=now,
        attempts=earlier.attempts + 1,
        seconds=earlier.seconds + lost,
    )


def continues(version: Version, earlier: State | None) -> bool:
    """Whether an unfinished run can go on from what it left: nothing it depends on has changed."""
    return earlier is not None and earlier.status != "completed" and earlier.version == version


def read_state(path: Path) -> State | None:
    """Reads a state; None where there is none, or one that is damaged or of an older layout.

    Without a state, content decides as ever what is unchanged; only times are lost.
    """
    try:
        return _STATE.validate_python(read_json(path))
    except (FileNotFoundError, ValueError):
        return None


def write_state(path: Path, state: State) -> None:
    """Writes a state whole or not at all."""
    files.write_json(str(path), asdict(state))
