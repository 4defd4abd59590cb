"""Scores as a picture: a group of bars for each set and direction, a bar for each model."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from tfmling.evaluation import KINDS
from tfmling.evaluation.report import AllScores, ByModel, Known, scored_places

# Okabe and Ito (2008): told apart with every kind of colour vision; an eighth model is as the first
COLOURS = ("#999999", "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
GROUP_WIDTH = 0.8  # of the distance between two groups
MOST_INCHES = 16.0
MOST_LABELLED_BARS = 40  # with more, figures above the bars would overlap


def draw_scores(scores: AllScores, kinds: Sequence[str] | None = None) -> Figure:
    """A figure with one panel for each kind of score; whiskers are 95 % intervals.

    Args:
        scores: of all kinds, so that a model has one colour in all figures.
        kinds: which to draw; None: all that are drawn as bars, or whatever there is.
    """
    models = list(dict.fromkeys(model for by_model in scores.values() for model in by_model))
    kinds = kinds or drawn_kinds(scores) or [kind for kind in KINDS if scores.get(kind)]
    colours = {model: COLOURS[n % len(COLOURS)] for n, model in enumerate(models)}
    groups = [len(list(scored_places(scores[kind]))) for kind in kinds]
    inches = min(MOST_INCHES, 1.5 * len(kinds) + 0.45 * max(2, len(models)) * sum(groups))
    figure = Figure(figsize=(inches, 4.0), layout="constrained")
    panels = figure.subplots(1, len(kinds), width_ratios=groups, squeeze=False)[0]
    for kind, axes in zip(kinds, panels, strict=True):
        _draw_panel(axes, kind, scores[kind], colours)
    handles = [Patch(color=colour, label=model) for model, colour in colours.items()]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(models), frameon=False)
    return figure


def drawn_kinds(scores: AllScores) -> list[str]:
    """The kinds that are drawn as bars and have scores."""
    return [kind for kind in KINDS if KINDS[kind].BARS and scores.get(kind)]


def _draw_panel(axes: Axes, kind: str, by_model: ByModel, colours: dict[str, str]) -> None:
    places = list(scored_places(by_model))
    width = GROUP_WIDTH / len(colours)  # one width in all panels
    for number, model in enumerate(by_model):
        shift = (number - (len(by_model) - 1) / 2) * width
        at = [n + shift for n, (_, _, cells) in enumerate(places) if model in cells]
        figures = [cells[model] for _, _, cells in places if model in cells]
        bars = _draw_bars(axes, at, figures, next(iter(KINDS[kind].SHOWN)), width, colours[model])
        if len(places) * len(by_model) <= MOST_LABELLED_BARS:
            axes.bar_label(bars, fmt="%.2f", fontsize=8, padding=1)
    names = [f"{name}\n{languages}" for name, languages, _ in places]
    axes.set_xticks(range(len(places)), names, fontsize=8, rotation=90 if len(places) > 12 else 0)
    axes.set_xlim(-0.6, len(places) - 0.4)
    axes.set_ylim(0, 1.1)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.set_ylabel(KINDS[kind].AXIS)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_bars(
    axes: Axes, at: list[float], cells: list[Known], name: str, width: float, colour: str
) -> BarContainer:
    # an array of floats has NaN for None, which has no bar
    values, low, high = (
        np.array([cell[key] for cell in cells], float)
        for key in (name, f"{name}_low", f"{name}_high")
    )
    errors = np.fmax(0.0, [values - low, high - values])
    whiskers = {"ecolor": "black", "elinewidth": 1, "capsize": 2}
    return axes.bar(at, values, width * 0.92, color=colour, yerr=errors, error_kw=whiskers)
