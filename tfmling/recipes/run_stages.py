"""Runs the stages of a recipe that are not done yet.

In the recipe's output: `configs/<stage>.yaml`, `logs/<stage>.log`, `states/<stage>.json`, and the
stages' folders. Everything can be killed at any time; the next run goes on from there.
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from tfmling.core import config, files, folders, manifest
from tfmling.core.errors import INTERRUPTED, TERMINATED, WRONG_INPUT, UserError
from tfmling.core.report_errors import DEBUG, debugging
from tfmling.recipes.lock import only_run
from tfmling.recipes.plan import PlannedStage
from tfmling.recipes.process import Ending, last_lines, run_command
from tfmling.recipes.state import State, continues, read_state, start, write_state
from tfmling.recipes.version import Version, current_version, written_version


class StageError(UserError, RuntimeError):
    """A stage has failed; the message says how, where its log is, and ends with its last lines."""

    def __init__(self, stage: PlannedStage, ending: Ending, log: Path):
        lines = [f"  {line}" for line in last_lines(log)]
        super().__init__(
            "\n".join(
                [
                    f"stage {stage.name}: {stage.command} {ending}. Run the recipe again to "
                    f"resume. Log: {log}{', its last lines:' if lines else ''}",
                    *lines,
                ]
            )
        )
        if ending.status in (WRONG_INPUT, INTERRUPTED, TERMINATED):
            self.exit_status = ending.status


def run_stages(stages: Sequence[PlannedStage], output: str) -> None:
    """Runs what is not done yet, one stage after the other.

    Raises:
        ConfigError: another run works in `output`.
        StageError: a stage has failed.
    """
    folder = Path(output)
    with only_run(folder) as lock:
        for name in ("configs", "logs", "states"):
            (folder / name).mkdir(exist_ok=True)
        say = _Voice()
        for number, stage in enumerate(stages, start=1):
            say.name = f"[{number}/{len(stages)}] {stage.name}"
            _run_stage(stages[number - 1 :], folder, lock, say)


def state_path(folder: Path, stage: PlannedStage) -> Path:
    """Where the state of a stage is kept."""
    return folder / "states" / f"{stage.name}.json"


def config_path(folder: Path, stage: PlannedStage) -> Path:
    """Where the resolved settings of a stage are written."""
    return folder / "configs" / f"{stage.name}.yaml"


def _run_stage(
    stages: Sequence[PlannedStage], folder: Path, lock: int, say: Callable[[str], None]
) -> None:
    """Runs the first of the stages that are left."""
    stage, path = stages[0], state_path(folder, stages[0])
    folders.remove_abandoned(stage.output)
    version, earlier = current_version(stage), read_state(path)
    reason = _reason(stage, version, earlier)
    if reason is None:
        if earlier is not None and earlier.status != "completed":  # killed before it was noted
            write_state(path, earlier.ended("completed"))
        say(f"skipped: unchanged{f' (took {_clock(earlier.seconds)})' if earlier else ''}")
        return
    log = folder / "logs" / f"{stage.name}.log"
    state = start(version, earlier, log.stat().st_mtime if log.exists() else None)
    write_state(path, state)
    say(f"run: {reason}{_time_left(stages, folder)}")
    ending = _run(stage, folder, log, continues(version, earlier), lock)
    state = state.ended("failed" if ending.status else "completed")
    write_state(path, state)
    if ending.status:
        say(f"failed after {_clock(state.seconds)}")
        raise StageError(stage, ending, log)
    say(f"done in {_clock(state.seconds)}: {stage.output}")


def _run(stage: PlannedStage, folder: Path, log: Path, append: bool, lock: int) -> Ending:
    path = config_path(folder, stage)
    files.write_text(str(path), config.dump(stage.settings))
    return run_command(
        stage.command,
        path,
        stage.flags,
        log,
        options=[
            *(["--overwrite"] if stage.settings._overwrite else []),
            *(["--restart"] if stage.settings._restart else []),
            *([DEBUG] if debugging() else []),
        ],
        append=append,
        keep_open=lock,
    )


def _reason(stage: PlannedStage, version: Version, earlier: State | None) -> str | None:
    """Why a stage has to run; None where its output is whole and what it would be now."""
    try:
        changes = version.changes_since(written_version(stage))
    except manifest.IncompleteError:
        changes = ["its output is gone" if earlier else "not run before"]
    except manifest.DamagedError as error:
        changes = [str(error).partition("; write it again")[0]]
    if changes and earlier is not None and continues(version, earlier):
        return {"started": "resumes, was stopped", "failed": "resumes, had failed"}[earlier.status]
    return ", ".join(changes) or None


def _time_left(stages: Sequence[PlannedStage], folder: Path) -> str:
    """What all stages from here on took before, where every one of them has been run."""
    states = [read_state(state_path(folder, stage)) for stage in stages]
    times = [state.usual_seconds for state in states if state and state.usual_seconds is not None]
    if len(times) < len(stages):
        return ""
    return f"; this stage took {_clock(times[0])} before, all from here {_clock(sum(times))}"


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


class _Voice:
    """Prints lines of one stage after the other, with the time since the run began."""

    def __init__(self) -> None:
        self.name = ""
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"{_clock(time.monotonic() - self._began)} {self.name}: {text}", flush=True)
