"""Plots of scores: bars by set and model, and sentences with their translations in the plane.

Shapes: N sentences of a language, D width, P all points of a panel.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from tfmling.evaluation import KINDS
from tfmling.evaluation.report import AllScores, ByModel, JsonScores, scored_places
from tfmling.reports.plot import COLORS

MAX_SENTENCES = 30  # of each language in a projection

_MODEL_COLORS = ("#999999", *COLORS[:6])  # an eighth model has the color of the first
_GROUP_WIDTH = 0.8  # of the distance between two groups
_MAX_INCHES = 16.0
_MAX_LABELED_BARS = 40  # with more, the numbers above the bars would overlap


def draw_scores(scores: AllScores, kinds: Sequence[str] | None = None) -> Figure:
    """Draw one panel of bars per kind; whiskers are 95 % intervals.

    Args:
        scores: of all kinds, so that a model has the same color in all figures.
        kinds: the kinds to draw; None: all with bars, or all that there are.

    Example:
        >>> score = {"count": 9, "mean_cosine": 0.9}
        >>> score |= {"mean_cosine_low": 0.8, "mean_cosine_high": 1.0}
        >>> figure = draw_scores({"similarity": {"after": {"news": {"en": score}}}})
        >>> figure.axes[0].get_ylabel()
        'mean cosine to the reference model'
    """
    models = list(dict.fromkeys(model for by_model in scores.values() for model in by_model))
    kinds = kinds or drawn_kinds(scores) or [kind for kind in KINDS if scores.get(kind)]
    colors = {model: _MODEL_COLORS[n % len(_MODEL_COLORS)] for n, model in enumerate(models)}
    groups = [len(list(scored_places(scores[kind]))) for kind in kinds]
    bars = 1.5 * len(kinds) + 0.45 * max(2, len(models)) * sum(groups)
    legend = sum(0.7 + 0.1 * len(model) for model in models)
    inches = min(_MAX_INCHES, max(bars, legend))
    figure = Figure(figsize=(inches, 4.0), layout="constrained")
    panels = figure.subplots(1, len(kinds), width_ratios=groups, squeeze=False)[0]
    for kind, axes in zip(kinds, panels, strict=True):
        _draw_panel(axes, kind, scores[kind], colors)
    handles = [Patch(color=color, label=model) for model, color in colors.items()]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(models), frameon=False)
    return figure


def drawn_kinds(scores: AllScores) -> list[str]:
    """Return the kinds with scores that are drawn as bars.

    Example:
        >>> drawn_kinds({"all_pairs": {"after": {}}, "tatoeba": {"after": {}}})  # one is a heat map
        ['tatoeba']
    """
    return [kind for kind in KINDS if KINDS[kind].BARS and scores.get(kind)]


def _draw_panel(axes: Axes, kind: str, by_model: ByModel, colors: dict[str, str]) -> None:
    places = list(scored_places(by_model))
    width = _GROUP_WIDTH / len(colors)  # one width in all panels
    for number, model in enumerate(by_model):
        shift = (number - (len(by_model) - 1) / 2) * width
        at = [n + shift for n, (_, _, scored) in enumerate(places) if model in scored]
        own = [scored[model] for _, _, scored in places if model in scored]
        bars = _draw_bars(axes, at, own, next(iter(KINDS[kind].METRICS)), width, colors[model])
        if len(places) * len(by_model) <= _MAX_LABELED_BARS:
            axes.bar_label(bars, fmt="%.2f", fontsize=8, padding=1)
    names = [f"{name}\n{languages}" for name, languages, _ in places]
    axes.set_xticks(range(len(places)), names, fontsize=8, rotation=90 if len(places) > 12 else 0)
    axes.set_xlim(-0.6, len(places) - 0.4)
    axes.set_ylim(0, 1.1)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.set_ylabel(KINDS[kind].AXIS)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_bars(
    axes: Axes, at: list[float], scored: list[JsonScores], name: str, width: float, color: str
) -> BarContainer:
    # as an array of floats, None becomes NaN, which has no bar
    values, low, high = (
        np.array([scores[key] for scores in scored], float)
        for key in (name, f"{name}_low", f"{name}_high")
    )
    errors = np.fmax(0.0, [values - low, high - values])
    whiskers = {"ecolor": "black", "elinewidth": 1, "capsize": 2}
    return axes.bar(at, values, width * 0.92, color=color, yerr=errors, error_kw=whiskers)


def draw_projection(
    by_model: Mapping[str, Sequence[np.ndarray]], languages: Sequence[str]
) -> Figure:
    """Draw sentences and their translations in the plane of most variance, a panel per model.

    Args:
        by_model: model -> vectors [N, D] of aligned sentences by language; the first
            MAX_SENTENCES are drawn, joined to their translations by lines.
        languages: their codes.

    Example:
        >>> vectors = [np.eye(3), np.eye(3)]  # three sentences in each of two languages
        >>> figure = draw_projection({"after": vectors}, ["en", "sw"])
        >>> len(figure.axes[0].lines)  # one to each translation
        3
    """
    figure = Figure(figsize=(4.4 * len(by_model), 4.2), layout="constrained")
    grid = figure.subplots(1, len(by_model), squeeze=False)[0]
    for axes, (model, vectors) in zip(grid, by_model.items(), strict=True):
        _draw_plane(axes, [v[:MAX_SENTENCES] for v in vectors], languages)
        axes.set_title(model, fontsize=10)
    grid[0].legend(frameon=False, fontsize=8)
    return figure


def principal_plane(points_PD: np.ndarray) -> np.ndarray:
    """Return coordinates [P, 2] along the two directions of largest variance.

    Example:
        >>> points = np.array([[0.0, 3.0, 1.0], [0.0, -3.0, 1.0]])
        >>> np.abs(principal_plane(points)[:, 0]).round(6).tolist()
        [3.0, 3.0]
    """
    centered_PD = points_PD - points_PD.mean(axis=0)
    _, _, directions_DD = np.linalg.svd(centered_PD, full_matrices=False)
    return centered_PD @ directions_DD[:2].T


def _draw_plane(axes: Axes, vectors: Sequence[np.ndarray], languages: Sequence[str]) -> None:
    flat_P2 = principal_plane(np.concatenate(vectors))
    sides = flat_P2.reshape(len(vectors), -1, 2)
    for side_N2 in sides[1:]:
        for start, end in zip(sides[0], side_N2, strict=True):
            axes.plot(*zip(start, end, strict=True), color="#cccccc", linewidth=0.7, zorder=1)
    for number, (language, side_N2) in enumerate(zip(languages, sides, strict=True)):
        color = COLORS[number % len(COLORS)]
        axes.scatter(side_N2[:, 0], side_N2[:, 1], s=14, color=color, label=language, zorder=2)
    axes.set_xticks([])
    axes.set_yticks([])
