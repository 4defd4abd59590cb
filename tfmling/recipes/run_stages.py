"""Runs the stages of a recipe that are not completed.

In the recipe's output: `configs/<stage>.yaml`, `logs/<stage>.log`, `states/<stage>.json`, and the
stages' folders. Everything can be killed at any time; the next run resumes.
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from tfmling.core import config, files, folders, manifest
from tfmling.core.errors import INTERRUPTED, TERMINATED, WRONG_INPUT, UserError
from tfmling.core.report_errors import DEBUG, debugging
from tfmling.recipes.lock import locked_folder
from tfmling.recipes.plan import PlannedStage
from tfmling.recipes.process import Exit, last_lines, run_stage_process
from tfmling.recipes.state import State, can_resume, read_state, start, write_state
from tfmling.recipes.version import Version, current_version, written_version


class StageError(UserError, RuntimeError):
    """A stage failed; the message says how, where its log is, and ends with its last lines.

    Example:
        >>> stage = PlannedStage("mlm", "train", config.Settings(), (), "runs/mlm")
        >>> files.write_text("a.log", "a.yaml: unknown key\\n")
        >>> str(StageError(stage, Exit(2), Path("a.log"))).splitlines()[-1]
        '  a.yaml: unknown key'
    """

    def __init__(self, stage: PlannedStage, ended: Exit, log: Path):
        lines = last_lines(log)
        super().__init__(
            "\n".join(
                [
                    f"stage {stage.name}: {stage.command} {ended}. Run the recipe again to resume. "
                    f"Log: {log}{', its last lines:' if lines else ''}",
                    *(f"  {line}" for line in lines),
                ]
            )
        )
        if ended.status in (WRONG_INPUT, INTERRUPTED, TERMINATED):
            self.exit_status = ended.status


def run_stages(stages: Sequence[PlannedStage], output: str) -> None:
    """Run the stages that are not completed, one after another.

    Raises:
        ConfigError: another run works in `output`.
        StageError: a stage failed.

    Example:
        >>> run_stages([], "runs")
        >>> sorted(path.name for path in Path("runs").iterdir())
        ['.tfmling-lock', 'configs', 'logs', 'states']
    """
    folder = Path(output)
    with locked_folder(folder) as lock:
        for name in ("configs", "logs", "states"):
            (folder / name).mkdir(exist_ok=True)
        began = time.monotonic()
        for number, stage in enumerate(stages, start=1):
            name = f"[{number}/{len(stages)}] {stage.name}"

            def say(text: str, name: str = name) -> None:
                print(f"{_clock(time.monotonic() - began)} {name}: {text}", flush=True)

            _run_first(stages[number - 1 :], folder, lock, say)


def state_path(folder: Path, stage: PlannedStage) -> Path:
    """Return the path of a stage's state.

    Example:
        >>> stage = PlannedStage("mlm", "train", config.Settings(), (), "runs/mlm")
        >>> str(state_path(Path("runs"), stage))
        'runs/states/mlm.json'
    """
    return folder / "states" / f"{stage.name}.json"


def config_path(folder: Path, stage: PlannedStage) -> Path:
    """Return the path of a stage's resolved settings.

    Example:
        >>> stage = PlannedStage("mlm", "train", config.Settings(), (), "runs/mlm")
        >>> str(config_path(Path("runs"), stage))
        'runs/configs/mlm.yaml'
    """
    return folder / "configs" / f"{stage.name}.yaml"


def _run_first(
    stages: Sequence[PlannedStage], folder: Path, lock: int, say: Callable[[str], None]
) -> None:
    """Run the first of the remaining stages, unless it is completed and unchanged."""
    stage, path = stages[0], state_path(folder, stages[0])
    folders.remove_abandoned(stage.output)
    version, earlier = current_version(stage), read_state(path)
    reason = _reason(stage, version, earlier)
    if reason is None:
        if earlier is not None and earlier.status != "completed":  # killed before this was noted
            write_state(path, earlier.ended("completed"))
        say(f"skipped: unchanged{f' (took {_clock(earlier.seconds)})' if earlier else ''}")
        return
    log = folder / "logs" / f"{stage.name}.log"
    state = start(version, earlier, log.stat().st_mtime if log.exists() else None)
    write_state(path, state)
    say(f"run: {reason}{_time_left(stages, folder)}")
    ended = _run(stage, folder, log, can_resume(version, earlier), lock)
    state = state.ended("failed" if ended.status else "completed")
    write_state(path, state)
    if ended.status:
        say(f"failed after {_clock(state.seconds)}")
        raise StageError(stage, ended, log)
    say(f"done in {_clock(state.seconds)}: {stage.output}")


def _run(stage: PlannedStage, folder: Path, log: Path, append: bool, lock: int) -> Exit:
    path = config_path(folder, stage)
    files.write_text(str(path), config.dump(stage.settings))
    options = {
        "--overwrite": stage.settings._overwrite,
        "--restart": stage.settings._restart,
        DEBUG: debugging(),
    }
    return run_stage_process(
        stage.command,
        path,
        stage.flags,
        log,
        options=[name for name, given in options.items() if given],
        append=append,
        keep_open=lock,
    )


def _reason(stage: PlannedStage, version: Version, earlier: State | None) -> str | None:
    """Why a stage has to run; None if its output is intact and unchanged."""
    try:
        changes = version.changes_since(written_version(stage))
    except manifest.IncompleteError:
        changes = ["its output is missing" if earlier else "not run before"]
    except manifest.DamagedError as error:
        changes = [str(error).partition("; write it again")[0]]
    if changes and earlier is not None and can_resume(version, earlier):
        return {"started": "resumes, was stopped", "failed": "resumes, had failed"}[earlier.status]
    return ", ".join(changes) or None


def _time_left(stages: Sequence[PlannedStage], folder: Path) -> str:
    """The previous duration of the remaining stages, if all of them have run before."""
    states = [read_state(state_path(folder, stage)) for stage in stages]
    times = [state.usual_seconds for state in states if state and state.usual_seconds is not None]
    if len(times) < len(stages):
        return ""
    return f"; this stage took {_clock(times[0])} before, all remaining stages {_clock(sum(times))}"


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
