"""The page of a tagger: scores, scores by entity type, training curves, counts."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from tfmling.reports import Plot, Section, Table
from tfmling.reports.sections import Cell
from tfmling.tagging.scores import TaggingScores


def sections(
    scores: Mapping[str, TaggingScores],
    metric: str,
    epochs: Sequence[Mapping[str, float]],
    counts: Mapping[str, Mapping[str, int]],
) -> list[Section]:
    """Return the sections of the page in order.

    Args:
        scores: by test set.
        metric: the score that selects the best epoch.
        epochs: lines of history.jsonl.
        counts: what was read, windowed, cut or repaired, by part.

    Example:
        >>> scores = {"accuracy": 0.9, "accuracy_low": 0.8, "accuracy_high": 0.95, "count": 100}
        >>> epochs, counts = [{"loss": 1.0, "development": 0.9}], {"train": {"items": 500}}
        >>> table, *_ = sections({"test": TaggingScores(scores)}, "accuracy", epochs, counts)
        >>> table.rows
        [['test', '0.9000', '0.8000 to 0.9500', 100]]
    """
    by_type = [_by_type(name, own) for name, own in scores.items() if own.by_type]
    note = "The epoch with the best score on the development data is kept."
    curves = Plot("Training curves", _draw_curves(epochs, metric), note)
    return [_overall(scores, metric), *by_type, curves, _counts(counts)]


def _draw_curves(epochs: Sequence[Mapping[str, float]], metric: str) -> Figure:
    figure = Figure(figsize=(7, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    numbers = range(1, len(epochs) + 1)
    left.plot(numbers, [epoch["loss"] for epoch in epochs], marker=".")
    right.plot(numbers, [epoch["development"] for epoch in epochs], marker=".")
    left.set(xlabel="epoch", ylabel="training loss")
    right.set(xlabel="epoch", ylabel=f"development {metric}")
    return figure


def _overall(scores: Mapping[str, TaggingScores], metric: str) -> Table:
    rows: list[list[Cell]] = []
    for name, own in scores.items():
        value, low, high = (own.overall[f"{metric}{end}"] for end in ("", "_low", "_high"))
        rows.append([name, f"{value:.4f}", f"{low:.4f} to {high:.4f}", own.overall["count"]])
    return Table("Scores", ("data", metric, "95 % interval", "count"), rows)


def _by_type(name: str, scores: TaggingScores) -> Table:
    metrics = ("f1", "precision", "recall")
    rows: list[list[Cell]] = [
        [entity, *(f"{own[metric]:.4f}" for metric in metrics), own["count"]]
        for entity, own in scores.by_type.items()
    ]
    return Table(f"By type: {name}", ("type", *metrics, "count"), rows)


def _counts(counts: Mapping[str, Mapping[str, int]]) -> Table:
    reasons = list(dict.fromkeys(reason for own in counts.values() for reason in own))
    rows: list[list[Cell]] = [
        [name, *(own.get(reason, 0) for reason in reasons)] for name, own in counts.items()
    ]
    return Table("What was read", ("data", *reasons), rows)
