"""The figures of mined pairs: their scores; precision and recall of known ones."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def scores(edges: Sequence[float], pairs: Sequence[int], threshold: float | None) -> "Figure":
    """A histogram, and the threshold as a line."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    axes = figure.add_subplot()
    axes.stairs(pairs, edges, fill=True)
    if threshold is not None:
        axes.axvline(threshold, color="black", linestyle="--", label="threshold")
        axes.legend()
    axes.set(xlabel="score", ylabel="pairs", yscale="log")
    return figure


def precision_and_recall(curve: Sequence[Mapping[str, float]]) -> "Figure":
    """Both and F1 by threshold, and precision by recall."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    by_threshold, by_recall = figure.subplots(1, 2)
    thresholds = [point["threshold"] for point in curve]
    for name in ("precision", "recall", "f1"):
        by_threshold.plot(thresholds, [point[name] for point in curve], label=name)
    by_threshold.set(xlabel="threshold", ylim=(0, 1.02))
    by_threshold.legend()
    by_recall.plot([point["recall"] for point in curve], [point["precision"] for point in curve])
    by_recall.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02))
    return figure
