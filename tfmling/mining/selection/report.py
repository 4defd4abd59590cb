"""report.html of train_selection: scores of trusted and raw pairs, and the extreme pairs."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmling.mining.selection.settings import TrainSelection
from tfmling.reports import Plot, Samples, Table, Text, write_page
from tfmling.reports.plot import figure_of, new_axes

COLORS = ("#0072B2", "#E69F00")
PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
_SHOWN = 15


def write_report(
    path: str,
    settings: TrainSelection,
    scores: Mapping[str, np.ndarray],
    raw: Sequence[tuple[str, str]],
) -> None:
    """Write the page.

    Args:
        path: of the page.
        settings: of the training.
        scores: of held-out trusted pairs, and of raw pairs under `raw`.
        raw: the raw pairs.

    Example:
        >>> _ = open("a.tsv", "w").write("Water\\tMaji\\n")
        >>> languages = {"source_language": "en", "target_language": "sw"}
        >>> corpora = [{"format": "tsv_pairs", "path": "a.tsv", **languages}]
        >>> settings = TrainSelection(output="out", trusted=corpora, raw=corpora)
        >>> scores = {"trusted, held out": np.array([0.2, 0.3]), "raw": np.array([0.1, -0.4])}
        >>> write_report("report.html", settings, scores, [("Water", "Maji"), ("Fire", "Maji")])
    """
    order = np.argsort(scores["raw"], kind="stable")
    write_page(
        path,
        title="Selection",
        subtitle=f"{settings.raw[0].languages}: do pairs resemble trusted ones more than raw ones?",
        sections=[
            Text(
                "What this is",
                [
                    "The score is (log P of the trusted model − log P of the raw model) per word, "
                    "in nats, summed over directions. The trusted pairs shown were held out.",
                    "Raw pairs score lower than new ones, since the raw model was trained on them. "
                    "For them, choose a low percentile of their own scores as the limit, or "
                    "better, let calibrate_threshold find it from a judged sample of scores.tsv.",
                ],
            ),
            _percentiles(scores),
            Plot("Scores", draw_scores(scores)),
            _samples("Raw pairs with the lowest scores", order[:_SHOWN], scores["raw"], raw),
            _samples("Raw pairs with the highest scores", order[::-1][:_SHOWN], scores["raw"], raw),
        ],
    )


def _percentiles(scores: Mapping[str, np.ndarray]) -> Table:
    rows: list[list[str | int]] = [
        [name, len(values), *(f"{value:.3f}" for value in np.percentile(values, PERCENTILES))]
        for name, values in scores.items()
    ]
    return Table("Percentiles", ["pairs", "number", *(f"{p} %" for p in PERCENTILES)], rows)


def draw_scores(scores: Mapping[str, np.ndarray]) -> Figure:
    """Draw histograms of the scores, each with area 1.

    Example:
        >>> scores = {"trusted, held out": np.array([0.2, 0.3]), "raw": np.array([-0.4, 0.1])}
        >>> draw_scores(scores).savefig("scores.png")
    """
    low, high = np.percentile(np.concatenate(list(scores.values())), [0.2, 99.8])
    axes = new_axes(8, 3.6, "score, nats per word")
    for color, (name, values) in zip(COLORS, scores.items(), strict=True):
        axes.hist(
            values, bins=60, range=(low, high), density=True, alpha=0.6, color=color, label=name
        )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.legend(frameon=False)
    return figure_of(axes)


def _samples(
    title: str, numbers: np.ndarray, score_P: np.ndarray, raw: Sequence[tuple[str, str]]
) -> Samples:
    texts = [f"{score_P[n]:.3f}  {raw[n][0]} | {raw[n][1]}" for n in numbers.tolist()]
    return Samples(title, texts)
