"""Reads the figures of a study's cells from the files that their stages wrote."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tfmling.core import files
from tfmling.studies.measure import Measure
from tfmling.studies.plan import PlannedStudy
from tfmling.studies.results import CellKey, Results
from tfmling.studies.run_cells import cell_seconds
from tfmling.studies.settings import Study


class FigureError(ValueError):
    """A figure that is not where it should be; the message is meant for a person."""


def read_results(study: Study, planned: PlannedStudy, failures: Mapping[CellKey, str]) -> Results:
    """The figures of all cells that have run; one that a cell lacks is missing for itself only."""
    measures = study.measures()
    values: dict[str, dict[str, dict[int, float]]] = {m.name: {} for m in measures}
    items: dict[str, dict[str, dict[int, np.ndarray]]] = {m.name: {} for m in measures}
    missing: dict[str, dict[CellKey, str]] = {m.name: {} for m in measures}
    seconds, folders = {}, {}
    for cell in planned.cells:
        arm, seed = key = (cell.cell.arm, cell.cell.seed)
        folders[key] = {s.name: s.output for s in [*planned.shared, *cell.stages]}
        seconds[key] = cell_seconds(cell) or 0.0
        for measure in measures if key not in failures else []:
            if not measure.asks(arm) or measure.stage not in folders[key]:
                continue
            name = measure.name
            try:
                number, each = _read(measure, folders[key][measure.stage], items[name])
            except FigureError as error:
                missing[name][key] = str(error)
                continue
            values[name].setdefault(arm, {})[seed] = number
            if each is not None:
                items[name].setdefault(arm, {})[seed] = each
    arms = list(dict.fromkeys(cell.cell.arm for cell in planned.cells))
    return Results(arms, measures, values, items, dict(failures), seconds, folders, missing)


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


def find_number(values: Any, path: str, origin: str) -> float:
    """The finite number at a dotted path; JSON as Python writes it may hold NaN.

    Raises:
        FigureError: nothing stands there, or something else.
    """
    number = find(values, path, origin)
    known = isinstance(number, int | float) and not isinstance(number, bool)
    if not known or not math.isfinite(number):
        raise FigureError(f"{origin}: {path}: expected a finite number, got {number!r:.80}")
    return float(number)


def find_numbers(values: Any, path: str, origin: str) -> np.ndarray:
    """The list of finite numbers at a dotted path, float [items].

    Raises:
        FigureError: nothing stands there, or something else.
    """
    found = find(values, path, origin)
    if not isinstance(found, list) or not found:
        raise FigureError(f"{origin}: {path}: expected a list of numbers, got {found!r:.80}")
    return np.array([find_number(values, f"{path}.{n}", origin) for n in range(len(found))])


def _read(
    measure: Measure, folder: str, before: Mapping[str, Mapping[int, np.ndarray]]
) -> tuple[float, np.ndarray | None]:
    """A figure of a cell and its items, if it has some; `before`: those of other cells."""
    origin = files.join(folder, measure.file)
    content = read_file(origin)
    number = find_number(content, measure.path, origin)
    if measure.items is None:
        return number, None
    each = find_numbers(content, measure.items, origin)
    place, mean = f"{origin}: {measure.items}", float(each.mean())
    if not math.isclose(mean, number, rel_tol=1e-6, abs_tol=1e-6):
        wanted = f"a mean of {number:g}, which {measure.path} is"
        raise FigureError(f"{place}: expected {wanted}, got {mean:g}")
    counts = {len(other) for by_seed in before.values() for other in by_seed.values()}
    if counts and counts != {len(each)}:
        wanted = f"{counts.pop()} items, as in the cells before"
        raise FigureError(f"{place}: expected {wanted}, got {len(each)}")
    return number, each
