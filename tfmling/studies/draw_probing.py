"""Figures by layer and by size: a line for each arm or figure, with its spread over seeds."""

import re
from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tfmling.core import files
from tfmling.reports import Plot, Table, Text
from tfmling.studies.plot import COLOURS
from tfmling.studies.probing import LayerCurve, SizeCurve
from tfmling.studies.read_results import FigureError, find, find_number, read_file
from tfmling.studies.results import Results
from tfmling.studies.statistics import summarise
from tfmling.studies.tables import shown

Points = Mapping[int, Mapping[int, float]]  # layer or size -> seed -> number

_LAYER = re.compile(r"layer-(\d+)")


def layer_sections(curve: LayerCurve, results: Results) -> list[Plot | Table | Text]:
    """A picture and a table of the arms that have the figure; where none has, or not right, why."""
    try:
        lines = {arm: read_layers(curve, results, arm) for arm in results.arms}
    except FigureError as error:
        return [Text(curve.title, [str(error)])]
    lines = {arm: points for arm, points in lines.items() if points}
    if not lines:
        missing = f"No cell has layers at {curve.path} in {curve.file} of a stage {curve.stage}."
        return [Text(curve.title, [missing])]
    layers = sorted({layer for points in lines.values() for layer in points})
    rows = [
        [arm, *(shown(summarise(points[n])) if n in points else "" for n in layers)]
        for arm, points in lines.items()
    ]
    header = ["arm", *(f"layer {layer}" for layer in layers)]
    picture = _draw(lines, "layer", curve.figure)
    return [Plot(f"{curve.title}, by layer", picture), Table(curve.title, header, rows)]


def read_layers(curve: LayerCurve, results: Results, arm: str) -> Points:
    """layer -> seed -> the figure of every cell of an arm that has its layers.

    Raises:
        FigureError: a layer has no such figure, or something else than a finite number.
    """
    found: dict[int, dict[int, float]] = {}
    for key in results.finished(arm):
        folder = results.folders[key].get(curve.stage)
        if folder is None:
            continue
        origin = files.join(folder, curve.file)
        try:
            content = read_file(origin)
            by_layer = find(content, curve.path, origin)
        except FigureError:
            continue  # this arm's stage of that name asks something else
        for name in by_layer if isinstance(by_layer, dict) else ():
            if match := _LAYER.fullmatch(name):
                number = find_number(content, f"{curve.path}.{name}.{curve.figure}", origin)
                found.setdefault(int(match[1]), {})[key[1]] = number
    return dict(sorted(found.items()))


def size_sections(curve: SizeCurve, results: Results) -> list[Plot]:
    """A picture: a line for each figure over the sizes of its arms."""
    titles = {measure.name: measure.title for measure in results.measures}
    lines: dict[str, Points] = {}
    for name in curve.figures:
        values = results.values[name]
        points = {size: values[arm] for arm, size in curve.sizes.items() if values.get(arm)}
        if points:
            lines[titles[name]] = dict(sorted(points.items()))
    return [Plot(curve.title, _draw(lines, curve.label, "score"))] if lines else []


def _draw(lines: Mapping[str, Points], x_label: str, y_label: str) -> Figure:
    picture = Figure(figsize=(7.5, 4.0), layout="constrained")
    axes = picture.subplots()
    for number, (name, points) in enumerate(lines.items()):
        found = [summarise(by_seed) for by_seed in points.values()]
        spread = [own.deviation or 0.0 for own in found]
        axes.errorbar(list(points), [own.mean for own in found], yerr=np.array(spread), capsize=3,
                      marker="o", markersize=4, color=COLOURS[number % len(COLOURS)],
                      label=name.replace("_", " "))  # fmt: skip
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return picture
