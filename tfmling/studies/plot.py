"""The metrics of a study as a plot: a point for each seed, a line at each variant's mean."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tfmling.reports.plot import COLORS, figure_of, new_axes


def draw_points(
    values: Mapping[str, Mapping[int, float]],
    variants: Sequence[str],
    label: str,
    baseline: str | None = None,
) -> Figure:
    """Draw one row per variant: seeds as points, their mean as a bar.

    Args:
        values: variant -> seed -> number; a variant without numbers keeps an empty row.
        variants: from top to bottom.
        label: of the horizontal axis.
        baseline: the variant whose mean is drawn as a dotted line through all rows.

    Example:
        >>> figure = draw_points({"small": {1: 0.2, 2: 0.4}}, ["small"], "P@1")
        >>> figure.axes[0].texts[0].get_text()
        '0.300'
    """
    axes = new_axes(7.0, 1.0 + 0.36 * len(variants), label)
    for row, variant in enumerate(variants):
        numbers = list(values.get(variant, {}).values())
        if numbers:
            _draw_row(axes, row, numbers, is_baseline=variant == baseline)
    axes.set_yticks(range(len(variants)), [variant.replace("_", " ") for variant in variants])
    axes.set_ylim(len(variants) - 0.4, -0.8)
    axes.margins(x=0.08)
    axes.grid(axis="x", alpha=0.25)
    return figure_of(axes)


def _draw_row(axes: Axes, row: int, numbers: Sequence[float], *, is_baseline: bool) -> None:
    color = COLORS[row % len(COLORS)]
    mean = sum(numbers) / len(numbers)
    axes.plot(numbers, [row] * len(numbers), "o", color=color, alpha=0.75, markersize=6)
    axes.plot([mean, mean], [row - 0.32, row + 0.32], color=color, linewidth=2.5)
    place = (mean, row - 0.34)
    axes.annotate(f"{mean:.3f}", place, fontsize=8, ha="center", va="bottom", color="#333333")
    if is_baseline:
        axes.axvline(mean, color="#999999", linewidth=0.8, linestyle=":", zorder=0)
