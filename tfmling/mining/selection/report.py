"""report.html of train_selection: what good and raw pairs score, and the pairs at both ends."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from tfmling.mining.selection.settings import TrainSelection
from tfmling.reports import Plot, Samples, Table, Text, write_page

COLOURS = ("#0072B2", "#E69F00")
PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
_SHOWN = 15


def write_report(
    path: str,
    settings: TrainSelection,
    scores: Mapping[str, np.ndarray],
    raw: Sequence[tuple[str, str]],
) -> None:
    """Writes the page.

    Args:
        path: of the page.
        settings: of the training.
        scores: of trusted pairs that were held out, and of raw pairs under `raw`.
        raw: the raw pairs.
    """
    order = np.argsort(scores["raw"], kind="stable")
    write_page(
        path,
        title="Selection",
        subtitle=f"{settings.raw[0].languages}: more like trusted pairs than like raw ones?",
        sections=[
            Text(
                "What this is",
                [
                    "The score is (log P of the trusted model − log P of the raw model) a word, in "
                    "nats; directions are added. The trusted pairs shown were not learned from.",
                    "Raw pairs score lower than new ones, since the raw model has learned them. So "
                    "a limit for them is a low percentile of their own scores, or better what "
                    "calibrate_threshold finds from a judged sample of scores.tsv.",
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
    """Histograms of the scores, each with an area of one."""
    low, high = np.percentile(np.concatenate(list(scores.values())), [0.2, 99.8])
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.subplots()
    for colour, (name, values) in zip(COLOURS, scores.items(), strict=True):
        axes.hist(
            values, bins=60, range=(low, high), density=True, alpha=0.6, color=colour, label=name
        )
    axes.set_xlabel("score, nats a word")
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def _samples(
    title: str, numbers: np.ndarray, score_P: np.ndarray, raw: Sequence[tuple[str, str]]
) -> Samples:
    texts = [f"{score_P[n]:.3f}  {raw[n][0]} | {raw[n][1]}" for n in numbers.tolist()]
    return Samples(title, texts)
