"""A figure by layer as a picture: one line for each of some groups of rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfmling.probes.probe import Row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLES = ("-", "--", ":", "-.")  # with more groups than colours, lines are broken


def draw_by_layer(rows: Sequence[Row], figure: str, group: Sequence[str], label: str) -> "Figure":
    """Lines over layers, with a band where rows have `<figure>_low` and `<figure>_high`.

    Args:
        rows: with `layer`.
        figure: the column that is drawn.
        group: the columns whose values together name a line.
        label: of the axis.
    """
    from matplotlib.figure import Figure  # only where something is drawn
    from matplotlib.ticker import MaxNLocator

    from tfmling.reports.plot import COLORS as COLOURS

    picture = Figure(figsize=(7.5, 4.0), layout="constrained")
    axes = picture.subplots()
    groups = dict.fromkeys(tuple(row[column] for column in group) for row in rows)
    for number, name in enumerate(groups):
        own = [row for row in rows if tuple(row[column] for column in group) == name]
        layers = [row["layer"] for row in own]
        colour = COLOURS[number % len(COLOURS)]
        style = STYLES[number // len(COLOURS) % len(STYLES)]
        axes.plot(layers, [row[figure] for row in own], marker="o", markersize=4, color=colour,
                  linestyle=style, label=", ".join(map(str, name)))  # fmt: skip
        if f"{figure}_low" in own[0]:
            low, high = ([row[f"{figure}_{end}"] for row in own] for end in ("low", "high"))
            axes.fill_between(layers, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.set_xlabel("layer")
    axes.set_ylabel(label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    if len(groups) > 1:
        axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return picture
