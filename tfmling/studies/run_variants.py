"""Run the stages of a study: shared stages once, then run after run, skipping what is done."""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from tfmling.recipes.lock import locked_folder
from tfmling.recipes.run_stages import StageError, run_stages, state_path
from tfmling.recipes.state import read_state
from tfmling.studies.plan import PlannedRun, PlannedStudy

RunKey = tuple[str, int]  # variant, seed


def run_variants(study: PlannedStudy, output: str) -> dict[RunKey, str]:
    """Run what is not completed. A failing run does not stop the others.

    Args:
        study: planned and validated.
        output: the study's output folder, locked meanwhile.

    Returns:
        The error messages of failed runs.

    Raises:
        ConfigError: another process is running this study.
        StageError: a shared stage failed, on which all runs depend.
    """
    failures: dict[RunKey, str] = {}
    began = time.monotonic()
    with locked_folder(Path(output)):
        if study.shared:
            run_stages(study.shared, study.shared_folder)
        for number, planned in enumerate(study.runs):
            print(_progress(study.runs, number, time.monotonic() - began), flush=True)
            try:
                run_stages(planned.stages, planned.folder)
            except StageError as error:
                print(f"{error}", flush=True)
                failures[planned.run.variant, planned.run.seed] = str(error)
    return failures


def run_seconds(planned: PlannedRun) -> float | None:
    """Return the time that a run's stages took, or None if one is not completed.

    Example:
        >>> from tfmling.core.config import Settings
        >>> from tfmling.recipes.plan import PlannedStage
        >>> from tfmling.studies.study import Run
        >>> stage = PlannedStage("train", "train", Settings(), (), "out/train")
        >>> run = PlannedRun(Run("few", seed=1, stages=()), [stage], "out")
        >>> run_seconds(run) is None  # it has not run yet
        True
    """
    states = [read_state(state_path(Path(planned.folder), stage)) for stage in planned.stages]
    done = [state.seconds for state in states if state and state.status == "completed"]
    return sum(done) if len(done) == len(planned.stages) else None


def _progress(runs: Sequence[PlannedRun], number: int, elapsed: float) -> str:
    """Name the next run, with the time left estimated from the mean of completed runs."""
    line = f"{_clock(elapsed)} [run {number + 1}/{len(runs)}] {runs[number].run}"
    times = [run_seconds(planned) for planned in runs]
    done = [seconds for seconds in times if seconds is not None]
    if not done:
        return line
    left = sum(seconds is None for seconds in times[number:]) * sum(done) / len(done)
    return f"{line}; ETA {_clock(left)}"


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
