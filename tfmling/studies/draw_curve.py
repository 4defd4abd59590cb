"""Curves of a study: each arm's mean over seeds, each seed thin, and when it got somewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tfmling.core import files
from tfmling.reports import Plot, Table, Text
from tfmling.studies.curve import Curve
from tfmling.studies.plot import COLOURS
from tfmling.studies.read_results import FigureError, read_file
from tfmling.studies.results import Results
from tfmling.studies.statistics import summarise

Line = tuple[np.ndarray, np.ndarray]  # x, y: float [points]
NEVER = "not reached"


def curve_sections(curve: Curve, results: Results) -> list[Plot | Table | Text]:
    """A figure, and a table of first steps where the curve asks for some."""
    lines = {arm: read_lines(curve, results, arm) for arm in results.arms}
    lines = {arm: by_seed for arm, by_seed in lines.items() if by_seed}
    if not lines:
        asked = f"{curve.y} by {curve.x}"
        missing = f"No cell has {asked} in {curve.file} of a stage {curve.stage}."
        return [Text(curve.title, [missing])]
    note = "Thin: seeds; thick: their mean."
    figure = Plot(curve.title, _draw(curve, lines), note)
    return [figure, _reached(curve, lines)] if curve.reach else [figure]


def read_lines(curve: Curve, results: Results, arm: str) -> dict[int, Line]:
    """seed -> the curve of every cell of an arm that has it."""
    lines = {}
    for key in results.finished(arm):
        folder = results.folders[key].get(curve.stage)
        if folder is None:
            continue
        try:
            history = read_file(files.join(folder, curve.file))
        except FigureError:
            continue  # this arm's stage of that name is no training
        if points := _points(history, curve):
            x, y = np.array(points, dtype=float).T
            lines[key[1]] = (x, y)
    return lines


def _points(history: Any, curve: Curve) -> list[tuple[float, float]]:
    """x, y of the lines that have numbers there; NaN is one, and a gap in the picture."""
    entries = [entry for entry in history if isinstance(entry, dict)]
    pairs = [(entry.get(curve.x), entry.get(curve.y)) for entry in entries]
    return [(x, y) for x, y in pairs if isinstance(x, int | float) and isinstance(y, int | float)]


def first_below(line: Line, threshold: float) -> float | None:
    """The x from which y never rises above the threshold again; None where it ends above it."""
    x, y = line
    above = np.flatnonzero(~(y <= threshold))  # NaN is not below it
    if not len(above):
        return float(x[0])
    return float(x[above[-1] + 1]) if above[-1] + 1 < len(x) else None


def _reached(curve: Curve, lines: Mapping[str, Mapping[int, Line]]) -> Table:
    rows = [
        [arm, *(_reached_cell(list(by_seed.values()), limit) for limit in curve.reach)]
        for arm, by_seed in lines.items()
    ]
    header = ["arm", *(f"from {curve.x}, below {limit:g}" for limit in curve.reach)]
    return Table(f"{curve.title}: steps to get there", header, rows)


def _reached_cell(lines: Sequence[Line], limit: float) -> str:
    found = [first_below(line, limit) for line in lines]
    steps = {n: step for n, step in enumerate(found) if step is not None}
    if len(steps) == len(found):
        mean = summarise(steps)
        return f"{mean.mean:.0f}" + (f" ± {mean.deviation:.0f}" if mean.deviation else "")
    return f"{NEVER} ({len(steps)} of {len(found)} seeds)" if steps else NEVER


def _draw(curve: Curve, lines: Mapping[str, Mapping[int, Line]]) -> Figure:
    picture = Figure(figsize=(7.5, 4.0), layout="constrained")
    axes = picture.subplots()
    for number, (arm, by_seed) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        for x, y in by_seed.values():
            axes.plot(x, y, color=colour, linewidth=0.6, alpha=0.5)
        shortest = min((x for x, _ in by_seed.values()), key=len)
        mean = np.mean([np.interp(shortest, x, y) for x, y in by_seed.values()], axis=0)
        axes.plot(shortest, mean, color=colour, linewidth=2, label=arm.replace("_", " "))
    axes.set_xlabel(curve.x)
    axes.set_ylabel(curve.y)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=8)
    return picture
