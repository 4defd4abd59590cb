"""Report sections of comparisons: curves over steps, over layers and over training set sizes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tfmling.core import files
from tfmling.reports import Plot, Section, Table, Text
from tfmling.reports.plot import COLORS, Line, draw_lines, figure_of, new_axes
from tfmling.studies.metrics import Curve, LayerCurve, SizeCurve
from tfmling.studies.results import MetricError, Results, find, find_number, read_file
from tfmling.studies.statistics import summarize
from tfmling.studies.tables import shown

Points = tuple[np.ndarray, np.ndarray]  # x, y: float [points]
BySeed = Mapping[int, float]

_LAYER = re.compile(r"layer-(\d+)")
_NEVER = "not reached"


def curve_sections(curve: Curve, results: Results) -> list[Section]:
    """Plot a training curve of all variants; tabulate the steps at which it reaches its limits.

    If no run has the curve, return a text that says so.

    Example:
        >>> lines = '{"step": 10, "loss": 3.0}\\n{"step": 20, "loss": 1.0}\\n'
        >>> _ = open("history.jsonl", "w").write(lines)
        >>> curve = Curve(title="Loss", stage="train", y="loss", reach=[1.5])
        >>> results = Results(["small"], [], {}, {}, {}, {}, {("small", 1): {"train": folder}})
        >>> plot, table = curve_sections(curve, results)
        >>> table.rows
        [['small', '20']]
    """
    lines = {name: read_points(curve, results, name) for name in results.variants}
    lines = {name: by_seed for name, by_seed in lines.items() if by_seed}
    if not lines:
        asked = f"{curve.y} by {curve.x}"
        missing = f"No run has {asked} in {curve.file} of a stage {curve.stage}."
        return [Text(curve.title, [missing])]
    figure = Plot(curve.title, _draw(curve, lines), "Thin: seeds; thick: their mean.")
    return [figure, _reached(curve, lines)] if curve.reach else [figure]


def read_points(curve: Curve, results: Results, variant: str) -> dict[int, Points]:
    """Read the curve of each run of a variant that has it, by seed.

    Example:
        >>> lines = '{"step": 10, "loss": 3.0}\\n{"step": 20, "loss": 1.0}\\n'
        >>> _ = open("history.jsonl", "w").write(lines)
        >>> results = Results(["small"], [], {}, {}, {}, {}, {("small", 1): {"train": folder}})
        >>> x, y = read_points(Curve(title="Loss", stage="train", y="loss"), results, "small")[1]
        >>> x.tolist(), y.tolist()
        ([10.0, 20.0], [3.0, 1.0])
    """
    lines = {}
    for seed, folder in results.stage_folders(variant, curve.stage):
        try:
            history = read_file(files.join(folder, curve.file))
        except MetricError:
            continue  # this variant's stage of that name is no training
        if points := _points(history, curve):
            x, y = np.array(points, dtype=float).T
            lines[seed] = (x, y)
    return lines


def _points(history: Any, curve: Curve) -> list[tuple[float, float]]:
    """Select lines that have both numbers; NaN is one, and becomes a gap in the plot."""
    entries = [entry for entry in history if isinstance(entry, dict)]
    pairs = [(entry.get(curve.x), entry.get(curve.y)) for entry in entries]
    return [(x, y) for x, y in pairs if isinstance(x, int | float) and isinstance(y, int | float)]


def first_below(points: Points, threshold: float) -> float | None:
    """Return the x from which y stays at or below a threshold; None if it ends above it.

    Example:
        >>> first_below((np.array([10.0, 20.0, 30.0]), np.array([3.0, 1.4, 1.0])), 1.5)
        20.0
    """
    x, y = points
    above = np.flatnonzero(~(y <= threshold))  # NaN counts as above
    if not len(above):
        return float(x[0])
    return float(x[above[-1] + 1]) if above[-1] + 1 < len(x) else None


def _reached(curve: Curve, lines: Mapping[str, Mapping[int, Points]]) -> Table:
    rows = [
        [name, *(_steps(list(by_seed.values()), limit) for limit in curve.reach)]
        for name, by_seed in lines.items()
    ]
    header = ["variant", *(f"from {curve.x}, below {limit:g}" for limit in curve.reach)]
    return Table(f"{curve.title}: steps to reach", header, rows)


def _steps(seeds: Sequence[Points], limit: float) -> str:
    found = [first_below(points, limit) for points in seeds]
    steps = {n: step for n, step in enumerate(found) if step is not None}
    if len(steps) == len(found):
        mean = summarize(steps)
        return f"{mean.mean:.0f}" + (f" ± {mean.deviation:.0f}" if mean.deviation else "")
    return f"{_NEVER} ({len(steps)} of {len(found)} seeds)" if steps else _NEVER


def _draw(curve: Curve, lines: Mapping[str, Mapping[int, Points]]) -> Figure:
    axes = new_axes(7.5, 4.0, curve.x, curve.y)
    for number, (name, by_seed) in enumerate(lines.items()):
        color = COLORS[number % len(COLORS)]
        for x, y in by_seed.values():
            axes.plot(x, y, color=color, linewidth=0.6, alpha=0.5)
        shortest = min((x for x, _ in by_seed.values()), key=len)
        mean = np.mean([np.interp(shortest, x, y) for x, y in by_seed.values()], axis=0)
        axes.plot(shortest, mean, color=color, linewidth=2, label=name.replace("_", " "))
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=8)
    return figure_of(axes)


def layer_sections(curve: LayerCurve, results: Results) -> list[Section]:
    """Plot and tabulate a probe's metric by layer; if there is none, return a text that says why.

    Example:
        >>> _ = open("scores.json", "w").write('{"words": {"layer-1": {"accuracy": 0.5}}}')
        >>> curve = LayerCurve(title="Words found", stage="probe", path="words")
        >>> results = Results(["mbert"], [], {}, {}, {}, {}, {("mbert", 1): {"probe": folder}})
        >>> plot, table = layer_sections(curve, results)
        >>> table.rows
        [['mbert', '0.500 (one seed)']]
    """
    try:
        lines = {name: read_layers(curve, results, name) for name in results.variants}
    except MetricError as error:
        return [Text(curve.title, [str(error)])]
    lines = {name: by_layer for name, by_layer in lines.items() if by_layer}
    if not lines:
        missing = f"No run has layers at {curve.path} in {curve.file} of a stage {curve.stage}."
        return [Text(curve.title, [missing])]
    layers = sorted({layer for by_layer in lines.values() for layer in by_layer})
    rows = [
        [name, *(shown(summarize(by_layer[n])) if n in by_layer else "" for n in layers)]
        for name, by_layer in lines.items()
    ]
    header = ["variant", *(f"layer {layer}" for layer in layers)]
    picture = _draw_means(lines, "layer", curve.metric)
    return [Plot(f"{curve.title}, by layer", picture), Table(curve.title, header, rows)]


def read_layers(curve: LayerCurve, results: Results, variant: str) -> dict[int, dict[int, float]]:
    """Read layer -> seed -> metric of the runs of a variant that have layers at the path.

    Raises:
        MetricError: a layer lacks the metric, or it is not a finite number.

    Example:
        >>> _ = open("scores.json", "w").write('{"words": {"layer-1": {"accuracy": 0.5}}}')
        >>> curve = LayerCurve(title="Words found", stage="probe", path="words")
        >>> results = Results(["mbert"], [], {}, {}, {}, {}, {("mbert", 1): {"probe": folder}})
        >>> read_layers(curve, results, "mbert")  # layer -> seed -> accuracy
        {1: {1: 0.5}}
    """
    found: dict[int, dict[int, float]] = {}
    for seed, folder in results.stage_folders(variant, curve.stage):
        origin = files.join(folder, curve.file)
        try:
            content = read_file(origin)
            by_layer = find(content, curve.path, origin)
        except MetricError:
            continue  # this variant's stage of that name runs another probe
        for name in by_layer if isinstance(by_layer, dict) else ():
            if match := _LAYER.fullmatch(name):
                number = find_number(content, f"{curve.path}.{name}.{curve.metric}", origin)
                found.setdefault(int(match[1]), {})[seed] = number
    return dict(sorted(found.items()))


def size_sections(curve: SizeCurve, results: Results) -> list[Section]:
    """Plot metrics over the training set sizes of their variants.

    Example:
        >>> from tfmling.studies.metrics import Metric
        >>> metric = Metric(name="p", title="P@1", stage="scores", path="p")
        >>> values = {"p": {"few": {1: 0.5}, "many": {1: 0.7}}}
        >>> results = Results(["few", "many"], [metric], values, {"p": {}}, {}, {}, {})
        >>> sizes = {"few": 10, "many": 20}
        >>> curve = SizeCurve(title="Data", label="pairs", sizes=sizes, metrics=["p"])
        >>> size_sections(curve, results)[0].figure.axes[0].get_xlabel()
        'pairs'
    """
    titles = {metric.name: metric.title for metric in results.metrics}
    lines: dict[str, Mapping[int, BySeed]] = {}
    for name in curve.metrics:
        values = results.values[name]
        sizes = {
            size: values[variant] for variant, size in curve.sizes.items() if values.get(variant)
        }
        if sizes:
            lines[titles[name]] = dict(sorted(sizes.items()))
    return [Plot(curve.title, _draw_means(lines, curve.label, "score"))] if lines else []


def _draw_means(lines: Mapping[str, Mapping[int, BySeed]], x_label: str, y_label: str) -> Figure:
    """Draw means with error bars of one standard deviation over seeds."""
    drawn = {}
    for name, points in lines.items():
        means = [summarize(by_seed) for by_seed in points.values()]
        low = [own.mean - (own.deviation or 0.0) for own in means]
        high = [own.mean + (own.deviation or 0.0) for own in means]
        drawn[name.replace("_", " ")] = Line(list(points), [own.mean for own in means], low, high)
    return draw_lines(drawn, x_label, y_label, bars=True)
