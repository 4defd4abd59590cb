"""Sentences and their translations in two dimensions, to be looked at, not measured.

Shapes: N sentences of a language, D width, P = all points of a panel.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tfmling.evaluation.plot import COLOURS

MOST_SENTENCES = 30


def draw_projection(
    by_model: Mapping[str, Sequence[np.ndarray]], languages: Sequence[str]
) -> Figure:
    """One panel a model; lines join a sentence of the first language to its translations.

    Args:
        by_model: for each model, by language vectors [N, D] of aligned sentences; the first 30 are
            drawn.
        languages: their codes.
    """
    figure = Figure(figsize=(4.4 * len(by_model), 4.2), layout="constrained")
    grid = figure.subplots(1, len(by_model), squeeze=False)[0]
    for axes, (model, vectors) in zip(grid, by_model.items(), strict=True):
        _draw_panel(axes, [v[:MOST_SENTENCES] for v in vectors], languages)
        axes.set_title(model, fontsize=10)
    grid[0].legend(frameon=False, fontsize=8)
    return figure


def principal_plane(points_PD: np.ndarray) -> np.ndarray:
    """Coordinates [P, 2] along the two directions in which the points vary most."""
    centred_PD = points_PD - points_PD.mean(axis=0)
    _, _, directions_DD = np.linalg.svd(centred_PD, full_matrices=False)
    return centred_PD @ directions_DD[:2].T


def _draw_panel(axes: Axes, vectors: Sequence[np.ndarray], languages: Sequence[str]) -> None:
    flat_P2 = principal_plane(np.concatenate(vectors))
    sides = flat_P2.reshape(len(vectors), -1, 2)
    for side_N2 in sides[1:]:
        for start, end in zip(sides[0], side_N2, strict=True):
            axes.plot(*zip(start, end, strict=True), color="#cccccc", linewidth=0.7, zorder=1)
    for number, (language, side_N2) in enumerate(zip(languages, sides, strict=True)):
        colour = COLOURS[(number + 1) % len(COLOURS)]
        axes.scatter(side_N2[:, 0], side_N2[:, 1], s=14, color=colour, label=language, zorder=2)
    axes.set_xticks([])
    axes.set_yticks([])
