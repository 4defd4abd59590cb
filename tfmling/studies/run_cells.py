"""Runs a study: shared stages once, then cell after cell; what is unchanged is skipped."""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from tfmling.recipes.lock import only_run
from tfmling.recipes.run_recipe import StageError, run_stages, state_path
from tfmling.recipes.state import read_state
from tfmling.studies.plan import PlannedCell, PlannedStudy
from tfmling.studies.results import CellKey


def run_cells(study: PlannedStudy, output: str) -> dict[CellKey, str]:
    """Runs what is not done yet; a cell that fails does not keep the others from running.

    Returns:
        Why cells failed.

    Raises:
        ConfigError: another run works in `output`.
        StageError: a shared stage has failed, on which all cells stand.
    """
    failures: dict[CellKey, str] = {}
    began = time.monotonic()
    with only_run(Path(output)):
        if study.shared:
            run_stages(study.shared, study.shared_folder)
        for number, cell in enumerate(study.cells):
            print(_announcement(study.cells, number, time.monotonic() - began), flush=True)
            try:
                run_stages(cell.stages, cell.folder)
            except StageError as error:
                print(f"{error}", flush=True)
                failures[cell.cell.arm, cell.cell.seed] = str(error)
    return failures


def cell_seconds(cell: PlannedCell) -> float | None:
    """What the stages of a cell took; None where one is not completed."""
    states = [read_state(state_path(Path(cell.folder), stage)) for stage in cell.stages]
    done = [state.seconds for state in states if state and state.status == "completed"]
    return sum(done) if len(done) == len(cell.stages) else None


def _announcement(cells: Sequence[PlannedCell], number: int, elapsed: float) -> str:
    """What runs next; how long all cells will take from the mean of those that are done."""
    told = f"{_clock(elapsed)} [cell {number + 1}/{len(cells)}] {cells[number].cell}"
    times = [cell_seconds(cell) for cell in cells]
    done = [seconds for seconds in times if seconds is not None]
    if not done:
        return told
    left = sum(seconds is None for seconds in times[number:]) * sum(done) / len(done)
    return f"{told}; ETA {_clock(left)}"


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
