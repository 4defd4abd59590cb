"""A matrix of languages as a picture: rows are sources, columns targets, one panel a model."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_INCHES_A_LANGUAGE = 0.34
_MOST_LABELLED = 16  # with more languages, figures in the cells would overlap

Matrix = Mapping[tuple[str, str], float | None]  # source, target -> value


def draw_heat_map(by_model: Mapping[str, Matrix], title: str) -> Figure:
    """Panels with one scale from 0 to 1.

    Args:
        by_model: for each model the value of each (source, target).
        title: what the values are.
    """
    languages = list(dict.fromkeys(x for m in by_model.values() for pair in m for x in pair))
    side = 1.6 + _INCHES_A_LANGUAGE * len(languages)
    figure = Figure(figsize=(side * len(by_model) + 0.8, side + 0.3), layout="constrained")
    grid = figure.subplots(1, len(by_model), squeeze=False)[0]
    for axes, (model, matrix) in zip(grid, by_model.items(), strict=True):
        _draw_panel(axes, as_array(matrix, languages), languages, model)
    figure.colorbar(grid[0].images[0], ax=list(grid), shrink=0.7, label=title)
    return figure


def as_array(matrix: Matrix, languages: list[str]) -> np.ndarray:
    """Values [source, target]; NaN where there is none."""
    rows = [[matrix.get((a, b), np.nan) for b in languages] for a in languages]
    return np.array(rows, np.float64)


def _draw_panel(axes: Axes, values_LL: np.ndarray, languages: list[str], model: str) -> None:
    axes.imshow(values_LL, vmin=0, vmax=1, cmap="cividis")
    axes.set_xticks(range(len(languages)), languages, fontsize=8, rotation=90)
    axes.set_yticks(range(len(languages)), languages, fontsize=8)
    axes.set_xlabel("target")
    axes.set_ylabel("source")
    axes.set_title(model, fontsize=10)
    if len(languages) <= _MOST_LABELLED:
        for (row, column), value in np.ndenumerate(values_LL):
            if not np.isnan(value):
                colour = "black" if value > 0.6 else "white"
                text = f"{value:.2f}".removeprefix("0")
                axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
