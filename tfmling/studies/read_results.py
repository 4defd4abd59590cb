"""Reads the figures of a study's cells from the files that their stages wrote."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from tfmling import files
from tfmling.studies.measure import Measure
from tfmling.studies.plan import PlannedStudy
from tfmling.studies.results import CellKey, Results
from tfmling.studies.run_cells import cell_seconds
from tfmling.studies.settings import Study


class FigureError(ValueError):
    """A figure that is not where it should be; the message is meant for a person."""


def read_results(study: Study, planned: PlannedStudy, failures: Mapping[CellKey, str]) -> Results:
    """The figures of all cells that have run; one that lacks a figure counts as failed."""
    measures = study.measures()
    values: dict[str, dict[str, dict[int, float]]] = {m.name: {} for m in measures}
    items: dict[str, dict[str, dict[int, np.ndarray]]] = {m.name: {} for m in measures}
    failed, seconds, folders = dict(failures), {}, {}
    for cell in planned.cells:
        arm, seed = key = (cell.cell.arm, cell.cell.seed)
        folders[key] = {s.name: s.output for s in [*planned.shared, *cell.stages]}
        seconds[key] = cell_seconds(cell) or 0.0
        for measure in measures if key not in failed else []:
            try:
                if measure.asks(arm) and measure.stage in folders[key]:
                    _read(measure, folders[key], values, items, arm, seed)
            except FigureError as error:
                failed[key] = str(error)
    arms = list(dict.fromkeys(cell.cell.arm for cell in planned.cells))
    return Results(arms, measures, values, items, failed, seconds, folders)


def read_file(path: str) -> Any:
    """A JSON file as plain data; JSON lines as a list.

    Raises:
        FigureError: the file is missing or broken.
    """
    try:
        text = files.read_text(path)
        if path.endswith(".jsonl"):
            return [json.loads(line) for line in text.splitlines()]
        return json.loads(text)
    except (OSError, json.JSONDecodeError) as error:
        raise FigureError(f"{path}: not readable: {error}") from None


def find(values: Any, path: str, origin: str) -> Any:
    """What stands at a dotted path.

    Raises:
        FigureError: the key that is missing and those that are there.
    """
    for key in path.split("."):
        try:
            values = values[int(key)] if isinstance(values, list) else values[key]
        except (LookupError, TypeError, ValueError):
            known = ", ".join(values) if isinstance(values, dict) else f"a {type(values).__name__}"
            raise FigureError(f"{origin}: no {key!r} of {path}; there: {known}") from None
    return values


def _read(
    measure: Measure,
    folders: Mapping[str, str],
    values: Any,
    items: Any,
    arm: str,
    seed: int,
) -> None:
    origin = files.join(folders[measure.stage], measure.file)
    content = read_file(origin)
    number = find(content, measure.path, origin)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise FigureError(f"{origin}: {measure.path}: expected a number, got {number!r:.80}")
    values[measure.name].setdefault(arm, {})[seed] = float(number)
    if measure.items is not None:
        each = np.asarray(find(content, measure.items, origin), dtype=float)
        items[measure.name].setdefault(arm, {})[seed] = each
