"""report.html of train_quality: scores, curves, and sentences that the model gets wrong."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from tfmling.quality.measure import MEASURES, Metrics, ScoredSentences, precision, recall
from tfmling.quality.results import Results
from tfmling.reports import Plot, Samples, Table, Text, write_page
from tfmling.reports.plot import COLORS

_SHOWN = 15
_MAX_CURVES = 6


def write_report(path: str, results: Results) -> None:
    """Write the page."""
    threshold = results.settings.threshold
    write_page(
        path,
        title="Sentence quality",
        subtitle=f"main content or not; held-out pages; threshold {threshold}",
        sections=[
            Text("What this is", _explanation(results)),
            _metrics_table(results),
            Plot(
                "Curves",
                draw_curves(_curve_sets(results), threshold),
                note=f"The dot is the threshold, {threshold}.",
            ),
            _sources_table(results),
            *(_mistakes(results, good) for good in (False, True)),
        ],
    )


def _explanation(results: Results) -> list[str]:
    train, test = results.split.train, results.split.test
    return [
        f"Trained on {len(train):,} sentences of {len({e.page for e in train}):,} pages, tested on "
        f"{len(test):,} sentences of {len({e.page for e in test}):,} other pages. A sentence "
        "counts once per class, however many pages repeat it.",
        f"{sum(results.split.seen):,} of the test sentences also occur on a training page, as "
        "menus do; the row “not in training” excludes them.",
    ]


def _metrics_table(results: Results) -> Table:
    counted = ("pages", "good", "bad")
    rows = [
        (name, *(metrics[key] for key in counted), *_with_intervals(metrics))
        for name, metrics in results.metrics.items()
    ]
    names = [name.replace("_", " ") for name in MEASURES]
    note = "In brackets: 95 % intervals by resampling pages. Empty: only one class occurs."
    return Table("Scores", ["set", *counted, *names], rows, note)


def _with_intervals(metrics: Metrics) -> list[str]:
    cells = []
    for name in MEASURES:
        value = f"{metrics[name]:.3f}" if name in metrics else ""
        if f"{name}_low" in metrics:
            value += f" ({metrics[f'{name}_low']:.3f}–{metrics[f'{name}_high']:.3f})"
        cells.append(value)
    return cells


def _curve_sets(results: Results) -> dict[str, ScoredSentences]:
    both = {
        name: scored
        for name, scored in results.sets.items()
        if "auc" in results.metrics[name] and not name.startswith("source ")
    }
    return dict(list(both.items())[:_MAX_CURVES])


def _sources_table(results: Results) -> Table:
    rows = [
        (name, what, number)
        for name, counts in results.counts.items()
        for what, number in sorted(counts.items())
    ]
    return Table("What was read", ["source", "what", "number"], rows)


def _mistakes(results: Results, good: bool) -> Samples:
    title = "Main content that is rejected" if good else "Other text that is kept"
    texts = [f"{p:.3f}  {text}" for p, text in results.mistakes(good, _SHOWN)]
    return Samples(title, texts, note="The model's probability, and the sentence.")


def draw_curves(by_name: Mapping[str, ScoredSentences], threshold: float) -> Figure:
    """Draw precision-recall and ROC curves of sets with both classes; dots mark the threshold.

    Example:
        >>> good, pages = np.array([True, False]), np.array(["a.html", "b.html"])
        >>> scored = ScoredSentences(good, probability=np.array([0.9, 0.2]), page=pages)
        >>> draw_curves({"all": scored}, threshold=0.5).savefig("curves.png")
    """
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for color, (name, scored) in zip(COLORS, by_name.items(), strict=False):
        _draw_precision_recall(left, scored, threshold, color, name)
        false_rate, true_rate, _ = roc_curve(scored.good, scored.probability)
        right.plot(false_rate, true_rate, color=color, label=name)
    _finish_axes(left, "recall of main content", "precision")
    _finish_axes(right, "share of other text that is kept", "share of main content that is kept")
    right.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle=":")
    left.legend(frameon=False, loc="lower left")
    return figure


def _draw_precision_recall(
    axes: Axes, scored: ScoredSentences, threshold: float, color: str, name: str
) -> None:
    good_N, p_N = scored.good, scored.probability
    precisions, recalls, _ = precision_recall_curve(good_N, p_N)
    axes.plot(recalls, precisions, color=color, label=name)
    weight_N = good_N * 0.0 + 1
    at = (recall(good_N, p_N, weight_N, threshold), precision(good_N, p_N, weight_N, threshold))
    axes.plot(*at, "o", color=color)


def _finish_axes(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.spines[["top", "right"]].set_visible(False)
