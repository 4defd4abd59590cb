"""The page of a tagger: scores, scores by type, the course of the training, counts."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from tfmling.reports import Plot, Table
from tfmling.tagging.task import TaggingScores

Section = Plot | Table


def sections(
    scores: Mapping[str, TaggingScores],
    measure: str,
    epochs: Sequence[Mapping[str, float]],
    counts: Mapping[str, Mapping[str, int]],
) -> list[Section]:
    """What the page shows, in order.

    Args:
        scores: by test set.
        measure: the figure that counts.
        epochs: lines of history.jsonl.
        counts: what was read, windowed, cut or repaired, by part.
    """
    by_type = [_types(name, own) for name, own in scores.items() if own.by_type]
    note = "The epoch with the highest score of the development data is the one that is kept."
    course = Plot("Course of the training", draw_course(epochs, measure), note)
    return [_scores(scores, measure), *by_type, course, _counts(counts)]


def draw_course(epochs: Sequence[Mapping[str, float]], measure: str) -> Figure:
    """Loss of the training data and score of the development data by epoch."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    numbers = range(1, len(epochs) + 1)
    left.plot(numbers, [epoch["loss"] for epoch in epochs], marker=".")
    right.plot(numbers, [epoch["development"] for epoch in epochs], marker=".")
    left.set(xlabel="epoch", ylabel="training loss")
    right.set(xlabel="epoch", ylabel=f"development {measure}")
    return figure


def _scores(scores: Mapping[str, TaggingScores], measure: str) -> Table:
    rows: list[tuple[str | float, ...]] = []
    for name, own in scores.items():
        value, low, high = (own.overall[f"{measure}{end}"] for end in ("", "_low", "_high"))
        rows.append((name, f"{value:.4f}", f"{low:.4f} to {high:.4f}", own.overall["count"]))
    return Table("TaggingScores", ("data", measure, "95 % interval", "count"), rows, "")


def _types(name: str, scores: TaggingScores) -> Table:
    shown = ("f1", "precision", "recall")
    rows: list[list[str | float]] = [
        [entity, *(f"{own[figure]:.4f}" for figure in shown), own["count"]]
        for entity, own in scores.by_type.items()
    ]
    return Table(f"By type: {name}", ("type", *shown, "count"), rows, "")


def _counts(counts: Mapping[str, Mapping[str, int]]) -> Table:
    reasons = list(dict.fromkeys(reason for own in counts.values() for reason in own))
    rows: list[list[str | float]] = [
        [name, *(own.get(reason, 0) for reason in reasons)] for name, own in counts.items()
    ]
    return Table("What was read", ("data", *reasons), rows, "")
