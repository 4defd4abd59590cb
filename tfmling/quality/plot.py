"""Curves of a classifier: precision over recall, and ROC."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from tfmling.quality.measure import Scored, precision, recall

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")  # Okabe and Ito
MOST_CURVES = len(COLOURS)


def draw_curves(by_name: Mapping[str, Scored], threshold: float) -> Figure:
    """Both curves of each set that holds both kinds; a dot where the threshold is."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for colour, (name, scored) in zip(COLOURS, by_name.items(), strict=False):
        _draw_precision(left, scored, threshold, colour, name)
        false_rate, true_rate, _ = roc_curve(scored.good, scored.probability)
        right.plot(false_rate, true_rate, color=colour, label=name)
    _finish(left, "recall of main content", "precision")
    _finish(right, "share of the rest that is kept", "share of main content that is kept")
    right.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle=":")
    left.legend(frameon=False, loc="lower left")
    return figure


def _draw_precision(axes: Axes, scored: Scored, threshold: float, colour: str, name: str) -> None:
    good_N, p_N = scored.good, scored.probability
    precisions, recalls, _ = precision_recall_curve(good_N, p_N)
    axes.plot(recalls, precisions, color=colour, label=name)
    weight_N = good_N * 0.0 + 1
    at = (recall(good_N, p_N, weight_N, threshold), precision(good_N, p_N, weight_N, threshold))
    axes.plot(*at, "o", color=colour)


def _finish(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.spines[["top", "right"]].set_visible(False)
