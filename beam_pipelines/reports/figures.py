"""The figures of a report: the funnel, lengths and scripts of what was kept."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from beam_pipelines.reports.funnel import Counts, by_size, number, reasons, unit_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LANGUAGES = 30  # more bars than these cannot be read; the tables have all
_LINES = 8
_REASONS = 9
_LEAST_SHARE = 0.001  # of all letters: rarer scripts are names and quotations
_KEPT, _OTHER = "#4a7c59", "#bbbbbb"


def funnel(counts: Counts) -> "Figure":
    """A bar a language: the shares that were kept and that each reason took."""
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


def lengths(counts: Counts) -> "Figure":
    """How long the kept sentences are, a line a language."""
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


def scripts(counts: Counts) -> "Figure":
    """The scripts of the letters that were kept, a bar a language."""
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
    from matplotlib.figure import Figure  # without pyplot, which would look for a display

    figure = Figure(figsize=(9, height), layout="constrained")
    return figure, figure.subplots()


def _legend(axes: Any) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
