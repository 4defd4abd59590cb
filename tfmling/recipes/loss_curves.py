"""The losses of a training as a picture."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

History = list[dict[str, float]]

# means over a batch that say how well a task is solved, 0 to 1
_SUCCESS = ("accuracy", "p_at_1", "cosine")


def draw_history(history: History) -> Figure:
    """A figure: left the loss of each task, right what it gets right, both by step.

    Args:
        history: the objects of a history.jsonl.
    """
    losses = [name for name in _tasks_figures(history) if name.endswith("/loss")]
    successes = [name for name in _tasks_figures(history) if name.endswith(_SUCCESS)]
    panels = [("loss", losses), ("share or cosine", successes)] if successes else [("loss", losses)]
    figure = Figure(figsize=(4.6 * len(panels), 3.0), layout="constrained")
    grid = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (title, names) in zip(grid, panels, strict=True):
        _draw_panel(axes, title, history, names)
    return figure


def _tasks_figures(history: History) -> list[str]:
    return list(dict.fromkeys(name for entry in history for name in entry if "/" in name))


def _draw_panel(axes: Any, title: str, history: History, names: list[str]) -> None:
    for name in names:
        points = [(entry["step"], entry[name]) for entry in history if name in entry]
        steps, values = zip(*points, strict=True)
        label = name.removesuffix("/loss").replace("/", " ").replace("_", " ")
        axes.plot(steps, values, label=label, marker="o" if len(points) < 3 else None)
    _dress(axes, title)


def _dress(axes: Axes, title: str) -> None:
    axes.set_xlabel("step")
    axes.set_ylabel(title)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=8)
