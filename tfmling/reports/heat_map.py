"""Heat maps of language pairs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_INCHES_PER_LANGUAGE = 0.34
_MAX_LANGUAGES_WITH_NUMBERS = 16  # with more, the numbers in the cells would overlap

Matrix = Mapping[tuple[str, str], float | None]  # (source, target) -> value


def draw_heat_map(by_model: Mapping[str, Matrix], title: str) -> Figure:
    """Draw one panel per model, sources as rows and targets as columns, scaled from 0 to 1.

    Args:
        by_model: for each model the value of each (source, target).
        title: what the values are.

    Example:
        >>> figure = draw_heat_map({"LaBSE": {("en", "sw"): 0.9, ("sw", "en"): 0.8}}, "accuracy")
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['.90', '.80']
    """
    languages = list(dict.fromkeys(x for m in by_model.values() for pair in m for x in pair))
    side = 1.6 + _INCHES_PER_LANGUAGE * len(languages)
    figure = Figure(figsize=(side * len(by_model) + 0.8, side + 0.3), layout="constrained")
    grid = figure.subplots(1, len(by_model), squeeze=False)[0]
    for axes, (model, matrix) in zip(grid, by_model.items(), strict=True):
        _draw_panel(axes, as_array(matrix, languages), languages, model)
    figure.colorbar(grid[0].images[0], ax=list(grid), shrink=0.7, label=title)
    return figure


def as_array(matrix: Matrix, languages: list[str]) -> np.ndarray:
    """The values as float64 [source, target]; NaN for missing ones.

    Example:
        >>> as_array({("sw", "en"): 0.5}, ["en", "sw"]).tolist()
        [[nan, nan], [0.5, nan]]
    """
    rows = [[matrix.get((a, b), np.nan) for b in languages] for a in languages]
    return np.array(rows, np.float64)


def _draw_panel(axes: Axes, values_LL: np.ndarray, languages: list[str], model: str) -> None:
    axes.imshow(values_LL, vmin=0, vmax=1, cmap="cividis")
    axes.set_xticks(range(len(languages)), languages, fontsize=8, rotation=90)
    axes.set_yticks(range(len(languages)), languages, fontsize=8)
    axes.set_xlabel("target")
    axes.set_ylabel("source")
    axes.set_title(model, fontsize=10)
    if len(languages) <= _MAX_LANGUAGES_WITH_NUMBERS:
        for (row, column), value in np.ndenumerate(values_LL):
            if not np.isnan(value):
                color = "black" if value > 0.6 else "white"
                text = f"{value:.2f}".removeprefix("0")
                axes.text(column, row, text, ha="center", va="center", fontsize=7, color=color)
