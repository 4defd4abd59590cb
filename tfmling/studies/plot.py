"""The figures of a study as pictures: a point for each seed, a line at each arm's mean."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito (2008): told apart with every kind of colour vision
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
_WIDTH = 7.0  # inches


def draw_points(
    values: Mapping[str, Mapping[int, float]],
    arms: Sequence[str],
    label: str,
    baseline: str | None = None,
) -> Figure:
    """A row for each arm: seeds as points, their mean as a bar across, the baseline's as a line.

    Args:
        values: arm -> seed -> number; an arm without any keeps its empty row.
        arms: from top to bottom.
        label: of the axis.
        baseline: the arm whose mean runs through all rows.
    """
    figure = Figure(figsize=(_WIDTH, 1.0 + 0.36 * len(arms)), layout="constrained")
    axes = figure.subplots()
    for row, arm in enumerate(arms):
        numbers = list(values.get(arm, {}).values())
        if numbers:
            _draw_row(axes, row, numbers, leads=arm == baseline)
    axes.set_yticks(range(len(arms)), [arm.replace("_", " ") for arm in arms])
    axes.set_ylim(len(arms) - 0.4, -0.8)
    axes.set_xlabel(label)
    axes.margins(x=0.08)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", alpha=0.25)
    return figure


def _draw_row(axes: Axes, row: int, numbers: Sequence[float], *, leads: bool) -> None:
    colour = COLOURS[row % len(COLOURS)]
    mean = sum(numbers) / len(numbers)
    axes.plot(numbers, [row] * len(numbers), "o", color=colour, alpha=0.75, markersize=6)
    axes.plot([mean, mean], [row - 0.32, row + 0.32], color=colour, linewidth=2.5)
    place = (mean, row - 0.34)
    axes.annotate(f"{mean:.3f}", place, fontsize=8, ha="center", va="bottom", color="#333333")
    if leads:
        axes.axvline(mean, color="#999999", linewidth=0.8, linestyle=":", zorder=0)
