"""Plots that several reports share: axes without a box, lines with a band, a labeled matrix."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Okabe and Ito (2008), distinguishable with every kind of color vision
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
_STYLES = ("-", "--", ":", "-.")  # lines beyond the last color are broken
_LIGHT = 0.6  # values above it have a light background, and black digits


class Line(NamedTuple):
    """Points of one line.

    Attributes:
        x: of each point.
        y: of each point.
        low: lower ends of the band or the error bars, if any.
        high: their upper ends.

    Example:
        >>> line = Line([1, 2], [0.5, 0.7], low=[0.4, 0.6], high=[0.6, 0.8])
        >>> figure = draw_lines({"LaBSE": line}, "layer", "accuracy")
        >>> len(figure.axes[0].lines), len(figure.axes[0].collections)  # a line and its band
        (1, 1)
    """

    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


def new_axes(width: float, height: float, x_label: str = "", y_label: str = "") -> Axes:
    """Create a figure of one panel without top and right border; sizes in inches.

    Example:
        >>> axes = new_axes(7, 4, "step", "loss")
        >>> axes.get_xlabel()
        'step'
    """
    axes = Figure(figsize=(width, height), layout="constrained").subplots()
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def figure_of(axes: Axes) -> Figure:
    """Return the figure that `new_axes` created.

    Example:
        >>> figure_of(new_axes(7, 4)).get_size_inches().tolist()
        [7.0, 4.0]
    """
    figure = axes.figure
    assert isinstance(figure, Figure), "the axes belong to no subfigure"
    return figure


def draw_lines(
    lines: Mapping[str, Line], x_label: str, y_label: str, *, bars: bool = False
) -> Figure:
    """Draw lines over whole numbers, such as layers, with a legend beside the panel.

    Args:
        lines: label -> points.
        x_label: of the horizontal axis.
        y_label: of the vertical axis.
        bars: draw `low` and `high` as error bars instead of a band.

    Example:
        >>> figure = draw_lines({"en": Line([1, 2], [0.1, 0.2])}, "layer", "accuracy")
        >>> len(figure.axes[0].lines)
        1
    """
    axes = new_axes(7.5, 4.0, x_label, y_label)
    for number, (label, line) in enumerate(lines.items()):
        color = COLORS[number % len(COLORS)]
        style = _STYLES[number // len(COLORS) % len(_STYLES)]
        axes.plot(line.x, line.y, style, marker="o", markersize=4, color=color, label=label)
        if line.low is not None and line.high is not None:
            if bars:
                spread = np.subtract([line.y, line.high], [line.low, line.y])
                axes.errorbar(line.x, line.y, spread, fmt="none", ecolor=color, capsize=3)
            else:
                axes.fill_between(line.x, line.low, line.high, color=color, alpha=0.15, linewidth=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(lines) > 1:
        axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure_of(axes)


def draw_matrix(
    values: np.ndarray, rows: Sequence[str], columns: Sequence[str], *, row: str, column: str
) -> Figure:
    """Draw a matrix of shares, 0 to 1, with the number in each cell; NaN leaves it empty.

    Args:
        values: float [rows, columns].
        rows: row labels, from top to bottom.
        columns: column labels.
        row: what the rows are.
        column: what the columns are.

    Example:
        >>> shares = np.array([[0.75, 0.25]])
        >>> figure = draw_matrix(shares, ["sw"], ["sw", "rw"], row="true", column="found")
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['0.75', '0.25']
    """
    axes = new_axes(2.2 + 0.7 * len(columns), 1.3 + 0.45 * len(rows), column, row)
    axes.imshow(values, vmin=0, vmax=1, cmap="cividis", aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    for (y, x), value in np.ndenumerate(values):
        if not np.isnan(value):
            color = "black" if value > _LIGHT else "white"
            axes.text(x, y, f"{value:.2f}", ha="center", va="center", color=color)
    return figure_of(axes)
