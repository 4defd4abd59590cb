"""`report.html` of mined pairs: scores, pairs at several scores, precision and recall."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from beam_pipelines.mining.match import MINING
from beam_pipelines.mining.settings import MineBitext
from beam_pipelines.mining.write_pairs import SCORES
from beam_pipelines.reports.counts import Counts
from tfmling.core import files
from tfmling.core.json_values import read_json
from tfmling.reports import Plot, Samples, Table, Text, write_page

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _plot_scores(edges: Sequence[float], pairs: Sequence[int], threshold: float | None) -> "Figure":
    """Plot a histogram of scores, and the threshold as a line."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    axes = figure.add_subplot()
    axes.stairs(pairs, edges, fill=True)
    if threshold is not None:
        axes.axvline(threshold, color="black", linestyle="--", label="threshold")
        axes.legend()
    axes.set(xlabel="score", ylabel="pairs", yscale="log")
    return figure


def _plot_precision_and_recall(curve: Sequence[Mapping[str, float]]) -> "Figure":
    """Plot precision, recall and F1 by threshold, and precision by recall."""
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


_SECTIONS = ("read", "unusable", "not_judged", "dropped", "kept")
_PLACES = 5  # ranks at which pairs are shown
_PAIRS = 6  # at each place

Section = Text | Table | Plot | Samples


def write_mining_report(settings: MineBitext, folder: str) -> None:
    """Write the page of a folder with counts, rejected samples, scores and `mining.json`."""
    counts = read_json(files.join(folder, "counts.json"))
    mining = read_json(files.join(folder, MINING))
    languages = f"{settings.source.language}-{settings.target.language}"
    kept = counts.get(languages, {}).get("kept", {}).get("pairs", 0)
    write_page(
        files.join(folder, "report.html"),
        title=f"Mined sentence pairs: {languages}",
        subtitle=f"{kept:,} pairs",
        sections=[
            Text("How", [_how(settings, mining)]),
            _counts(counts),
            *_scores(mining),
            *_known(mining.get("gold")),
            *_kept_pairs(folder, kept),
            *_rejected(folder),
        ],
    )


def _how(settings: MineBitext, mining: Mapping[str, Any]) -> str:
    where = "within matched documents" if settings.documents else "among all sentences"
    unique = ", one to one" if settings.one_to_one else ""
    threshold = "nothing (no known pair was found)"
    if mining["threshold"] is not None:
        threshold = f"scores of {mining['threshold']:.4f} or more"
    return (
        f"Neighbors {where}, index {settings.index.kind}; margin {settings.margin} of "
        f"{settings.neighbors} neighbors, strategy {settings.strategy}{unique}. "
        f"Kept: {threshold}."
    )


def _counts(counts: Counts) -> Table:
    """Return the counts of sentences of both sides, then of pairs."""
    rows = [
        (language, section, name, number)
        for language, sections in counts.items()
        for section in _SECTIONS
        for name, number in sections.get(section, {}).items()
        if name != "characters"
    ]
    note = "Of the pairs that are read, a sentence may be in several: the best of each strategy."
    return Table("From sentences to pairs", ("language", "", "what", "number"), rows, note)


def _scores(mining: Mapping[str, Any]) -> Iterator[Section]:
    edges, pairs = mining["scores"]["edges"], mining["scores"]["pairs"]
    if not pairs:
        return
    picture = _plot_scores(edges, pairs, mining["threshold"])
    yield Plot("Scores of the candidates", picture, "Pairs left of the line are dropped.")


def _known(gold: Mapping[str, Any] | None) -> Iterator[Section]:
    if gold is None:
        return
    yield Plot(
        "Precision and recall of known pairs",
        _plot_precision_and_recall(gold["curve"]),
        _describe_known(gold),
    )
    rows = [
        (
            each["margin"],
            each["strategy"],
            each["threshold"],
            each["first"]["f1"],
            each["second"]["precision"],
            each["second"]["recall"],
            each["second"]["f1"],
        )
        for each in gold["compared"]
    ]
    yield Table(
        "Margins and strategies",
        ("margin", "strategy", "threshold", "F1 there", "precision", "recall", "F1"),
        rows,
        "The threshold is the best for one half of the source sentences; precision, recall and F1 "
        "are those of the other half.",
    )


def _describe_known(gold: Mapping[str, Any]) -> str:
    unknown = "all other pairs are wrong" if gold["complete"] else "only pairs with one of their "
    unknown += "" if gold["complete"] else "sentences are judged"
    return (
        f"{gold['pairs']:,} known pairs, of {gold['both_sides_there']:,} both sentences are among "
        f"those that are mined; {unknown}."
    )


def _kept_pairs(folder: str, kept: int) -> Iterator[Section]:
    """Yield samples of pairs, from the best to those just above the threshold."""
    starts = sorted({place * max(kept - _PAIRS, 0) // (_PLACES - 1) for place in range(_PLACES)})
    wanted = {start + offset: start for start in starts for offset in range(_PAIRS)}
    shown: dict[int, list[str]] = {}
    with files.open_text(files.join(folder, SCORES)) as lines:
        next(lines)
        for rank, line in enumerate(lines):
            if rank in wanted:
                shown.setdefault(wanted[rank], []).append(_shown(line))
    for start, texts in shown.items():
        yield Samples(f"Kept, from place {start + 1:,} of {kept:,}", texts)


def _shown(line: str) -> str:
    score, _, _, source, target = line.rstrip("\n").split("\t")
    return f"{float(score):.4f}   {source}   —   {target}"


def _rejected(folder: str) -> Iterator[Section]:
    by_reason: dict[str, list[str]] = {}
    with files.open_text(files.join(folder, "rejected.jsonl")) as lines:
        for line in lines:
            sample = json.loads(line)
            score = "" if sample["score"] is None else f"   ({sample['score']:.4g})"
            text = sample["excerpt"].replace("\t", "   —   ")
            by_reason.setdefault(sample["reason"], []).append(f"{text}{score}")
    for reason, texts in sorted(by_reason.items()):
        yield Samples(f"Rejected: {reason}", texts)
