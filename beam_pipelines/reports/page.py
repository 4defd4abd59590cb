"""`report.html`: what was read, dropped and kept, with samples of all rejected text."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from beam_pipelines.reports.counts import (
    Counts,
    by_size,
    funnel_table,
    language_table,
    number,
    other_table,
    reasons,
    unit_of,
)
from tfmling.core import files
from tfmling.core.json_values import read_json
from tfmling.reports import Plot, Samples, Table, Text, write_page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LANGUAGES = 30  # bars that are readable; the tables have all languages
_LINES = 8
_REASONS = 9
_LEAST_SHARE = 0.001  # of all letters; rarer scripts are in names and quotations
_KEPT, _OTHER = "#4a7c59", "#bbbbbb"


def plot_funnel(counts: Counts) -> "Figure":
    """Plot a bar per language: the shares that were kept and dropped for each reason.

    Example:
        >>> counts = {"sw": {"read": {"pairs": 10}, "kept": {"pairs": 8}, "dropped": {"length": 2}}}
        >>> axes = plot_funnel(counts).axes[0]
        >>> [float(bar.get_width()) for bar in axes.patches], axes.get_xlabel()
        ([80.0, 20.0], '% of the pairs that were read')
    """
    languages = by_size(counts)[:LANGUAGES]
    shown = reasons(counts)[:_REASONS]
    figure, axes = _figure(max(2.0, 0.32 * len(languages) + 1.6))
    left = [0.0] * len(languages)
    for name, color in zip(["kept", *shown, "other reasons"], _colors(len(shown)), strict=True):
        shares = [_share(counts, language, name, shown) for language in languages]
        if any(shares):
            axes.barh(languages, shares, left=left, color=color, label=name)
        left = [a + b for a, b in zip(left, shares, strict=True)]
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel(f"% of the {unit_of(counts)} that were read")
    _legend(axes)
    return figure


def _share(counts: Counts, language: str, name: str, shown: Sequence[str]) -> float:
    read = number(counts, language, "read", unit_of(counts))
    dropped = counts[language].get("dropped", {})
    found = {
        "kept": number(counts, language, "kept", unit_of(counts)),
        "other reasons": sum(n for reason, n in dropped.items() if reason not in shown),
    }.get(name, dropped.get(name, 0))
    return 100 * found / read if read else 0.0


def _colors(count: int) -> list[Any]:
    import matplotlib

    return [_KEPT, *matplotlib.colormaps["tab10"].colors[:count], _OTHER]


def plot_lengths(counts: Counts) -> "Figure":
    """Plot the lengths of kept sentences, a line per language.

    Example:
        >>> counts = {"sw": {"kept_lengths": {"16": 1, "8": 3}}}
        >>> plot_lengths(counts).axes[0].lines[0].get_xydata().tolist()
        [[8.0, 75.0], [16.0, 25.0]]
    """
    figure, axes = _figure(3.2)
    for language in by_size(counts)[:_LINES]:
        bins = _by_number(counts[language].get("kept_lengths", {}))
        total = sum(bins.values())
        if total:
            shares = [100 * found / total for found in bins.values()]
            axes.plot([*bins], shares, marker="o", markersize=3, label=language)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel("characters (1, 2-3, 4-7, 8-15, ...)")
    axes.set_ylabel("% of kept sentences")
    _legend(axes)
    return figure


def _by_number(bins: Mapping[str, int]) -> dict[int, int]:
    return {int(name): bins[name] for name in sorted(bins, key=int)}


def plot_scripts(counts: Counts) -> "Figure":
    """Plot the scripts of kept letters, a bar per language.

    Example:
        >>> counts = {"sw": {"kept_scripts": {"Latin": 3, "Arabic": 1}}}
        >>> [float(bar.get_width()) for bar in plot_scripts(counts).axes[0].patches]
        [75.0, 25.0]
    """
    languages = [one for one in by_size(counts) if counts[one].get("kept_scripts")][:LANGUAGES]
    total: dict[str, int] = {}
    for language in languages:
        for name, found in counts[language]["kept_scripts"].items():
            total[name] = total.get(name, 0) + found
    least = _LEAST_SHARE * sum(total.values())
    shown = [one for one in sorted(total, key=lambda s: (-total[s], s)) if total[one] >= least]
    figure, axes = _figure(max(1.8, 0.32 * len(languages) + 1.2))
    left = [0.0] * len(languages)
    for name in shown[:10]:
        letters = [counts[one]["kept_scripts"] for one in languages]
        shares = [100 * own.get(name, 0) / sum(own.values()) for own in letters]
        axes.barh(languages, shares, left=left, label=name)
        left = [a + b for a, b in zip(left, shares, strict=True)]
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of kept letters")
    _legend(axes)
    return figure


def _figure(height: float) -> tuple["Figure", Any]:
    from matplotlib.figure import Figure  # not pyplot, which looks for a display

    figure = Figure(figsize=(9, height), layout="constrained")
    return figure, figure.subplots()


def _legend(axes: Any) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)


_RARE = "Scripts of less than 0.1 % of all letters are only in the data card."

Section = Text | Table | Plot | Samples


def write_report(folder: str, title: str) -> None:
    """Write the page of a folder with `counts.json` and `rejected.jsonl`.

    Example:
        >>> files.write_json("out/counts.json", {"sw": {"read": {"sentences": 1}}})
        >>> files.write_text("out/rejected.jsonl", "")
        >>> write_report("out", "Sentences for training")
        >>> "kept: 0 of 1 sentences" in files.read_text("out/report.html")
        True
    """
    counts = read_json(files.join(folder, "counts.json"))
    with files.open_text(files.join(folder, "rejected.jsonl")) as lines:
        rejected = [json.loads(line) for line in lines]
    unit = unit_of(counts)
    kept = sum(number(counts, language, "kept", unit) for language in counts)
    read = sum(number(counts, language, "read", unit) for language in counts)
    write_page(
        files.join(folder, "report.html"),
        title=title,
        subtitle=f"kept: {kept:,} of {read:,} {unit}; languages: {len(counts):,}",
        sections=[*_counted(counts), *_samples(rejected)],
    )


def _counted(counts: Counts) -> Iterator[Section]:
    if not counts:
        yield Text("Nothing was read", ["The corpora have no documents and no pairs."])
        return
    more = f"The {LANGUAGES} largest languages." if len(counts) > LANGUAGES else ""
    yield Plot("From read to kept", plot_funnel(counts), more)
    yield language_table(counts)
    yield funnel_table(counts)
    for section, title, note in (
        ("unusable", "Could not be read", "Lines, rows and pages without text, by reason."),
        (
            "not_judged",
            "Not judged",
            "Texts in languages that a filter does not know.",
        ),
        ("licenses", "Licenses", "Documents or pairs, by license."),
    ):
        if any(own.get(section) for own in counts.values()):
            yield other_table(counts, section, title, note)
    if any(own.get("kept_lengths") for own in counts.values()):
        note = "Both sides of pairs are counted."
        yield Plot("Lengths of kept text", plot_lengths(counts), note)
    if any(own.get("kept_scripts") for own in counts.values()):
        yield Plot("Scripts of kept text", plot_scripts(counts), _RARE)


def _samples(rejected: Iterable[Mapping[str, Any]]) -> Iterator[Samples]:
    """Yield a section per reason, for all languages."""
    by_reason: dict[str, list[Mapping[str, Any]]] = {}
    for sample in rejected:
        by_reason.setdefault(sample["reason"], []).append(sample)
    for reason, samples in sorted(by_reason.items()):
        texts = [_shown(sample) for sample in samples]
        yield Samples(f"Rejected: {reason}", texts, "A random sample per language.")


def _shown(sample: Mapping[str, Any]) -> str:
    score = "" if sample["score"] is None else f" ({sample['score']:.3g})"
    return f"{sample['excerpt']}    — {sample['language']}{score}"
