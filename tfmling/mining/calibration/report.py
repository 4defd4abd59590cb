"""threshold.json and report.html of calibrate_threshold."""

import numpy as np
from matplotlib.figure import Figure

from tfmling.core import files
from tfmling.mining.calibration.labels import Labels
from tfmling.mining.calibration.settings import CalibrateThreshold
from tfmling.mining.calibration.threshold import Calibration
from tfmling.reports import Plot, Samples, Table, Text, write_page
from tfmling.reports.plot import figure_of, new_axes

FIELDS = (
    "threshold", "threshold_low", "threshold_high",
    "precision", "precision_low", "precision_high", "kept", "not_reached",
)  # fmt: skip
_SHOWN = 10


def write_calibration(
    folder: str, settings: CalibrateThreshold, labels: Labels, found: Calibration, kept: int | None
) -> None:
    """Write threshold.json and report.html.

    Args:
        folder: to write to.
        settings: of the calibration.
        labels: the judged rows.
        found: the threshold.
        kept: number of rows of the scored table that the threshold keeps, if there is a table.

    Example:
        >>> from tfmling.mining.calibration.threshold import calibrate
        >>> labels = Labels(np.array([1.0, 2.0]), np.array([False, True]), np.ones(2), np.arange(2))
        >>> found = calibrate(labels, target=0.9, confidence=0.95, resamples=100, seed=1)
        >>> settings = CalibrateThreshold(output="out", labels="labels.tsv", target=0.9)
        >>> write_calibration(folder, settings, labels, found, kept=None)
        >>> files.exists("threshold.json"), files.exists("report.html")
        (True, True)
    """
    files.write_json(files.join(folder, "threshold.json"), _values(settings, labels, found, kept))
    write_page(
        files.join(folder, "report.html"),
        title="Threshold",
        subtitle=f"that keeps rows of which {settings.target:.0%} are good",
        sections=[
            Text("What this is", _explained(settings, labels, found, kept)),
            _table(settings, found),
            Plot(
                "Share of good rows by threshold",
                draw_curve(settings, labels, found),
                note="Ticks: judged rows, good above, bad below. The band and the grey area are "
                f"{settings.confidence:.0%} intervals.",
            ),
            *(_nearest(labels, found, good) for good in (False, True)),
        ],
    )


def _values(
    settings: CalibrateThreshold, labels: Labels, found: Calibration, kept: int | None
) -> dict[str, float | int | None]:
    """The content of threshold.json; infinite for ends that do not exist."""
    values = {name: getattr(found, name) for name in FIELDS}
    counts = {"judged": len(labels.score), "not_judged": labels.not_judged, "kept_rows": kept}
    return {"target": settings.target} | values | counts


def _explained(
    settings: CalibrateThreshold, labels: Labels, found: Calibration, kept: int | None
) -> list[str]:
    rows = "" if kept is None else f", {kept:,} rows of the scored table"
    paragraphs = [
        f"Of {len(labels.score):,} judged rows {labels.good.sum():,} are good. The lowest "
        f"threshold that keeps rows of which {settings.target:.0%} are good is "
        f"{found.threshold:.4g}; it keeps {found.kept:.1%} of all{rows}.",
        "To be safe, use the upper end of its interval.",
    ]
    if found.not_reached:
        paragraphs.append(
            f"In {found.not_reached:.1%} of resamples no threshold reaches the share."
        )
    if labels.not_judged:
        paragraphs.append(f"{labels.not_judged:,} rows of the table are not judged.")
    return paragraphs


def _table(settings: CalibrateThreshold, found: Calibration) -> Table:
    rows = [
        ("threshold", found.threshold, found.threshold_low, found.threshold_high),
        ("share of good rows among those kept", *_precision(found)),
    ]
    shown = [(name, *(f"{value:.4f}" for value in values)) for name, *values in rows]
    note = f"{settings.confidence:.0%} bootstrap intervals within strata."
    return Table("Result", ("quantity", "value", "low", "high"), shown, note)


def _precision(found: Calibration) -> tuple[float, float, float]:
    return found.precision, found.precision_low, found.precision_high


def draw_curve(settings: CalibrateThreshold, labels: Labels, found: Calibration) -> Figure:
    """Draw the share of good rows by threshold, its band, the threshold and the judged rows.

    Example:
        >>> from tfmling.mining.calibration.threshold import calibrate
        >>> labels = Labels(np.array([1.0, 2.0]), np.array([False, True]), np.ones(2), np.arange(2))
        >>> found = calibrate(labels, target=0.9, confidence=0.95, resamples=100, seed=1)
        >>> settings = CalibrateThreshold(output="out", labels="labels.tsv", target=0.9)
        >>> draw_curve(settings, labels, found).savefig("curve.png")
    """
    axes = new_axes(8, 4.5, "threshold")
    curve, (low, high) = found.curve, found.band
    axes.fill_between(curve.threshold, low, high, step="pre", color="#0072B2", alpha=0.2)
    axes.step(curve.threshold, curve.precision, where="pre", color="#0072B2", label="share of good")
    axes.step(curve.threshold, curve.kept, where="pre", color="#E69F00", label="share kept")
    right = min(found.threshold_high, float(curve.threshold[-1]))
    axes.axvspan(found.threshold_low, right, color="#999999", alpha=0.25, linewidth=0)
    axes.axvline(found.threshold, color="black", linewidth=1)
    axes.axhline(settings.target, color="black", linewidth=0.8, linestyle=":")
    rows = np.where(labels.good, 1.04, -0.04)
    axes.plot(labels.score, rows, "|", color="#555555", alpha=0.5, markersize=5)
    axes.set_ylim(-0.08, 1.08)
    axes.legend(frameon=False, loc="center right")
    return figure_of(axes)


def _nearest(labels: Labels, found: Calibration, good: bool) -> Samples:
    """Judged rows on the wrong side of the threshold, nearest first."""
    wrong = np.flatnonzero((labels.good == good) & ((labels.score >= found.threshold) != good))
    order = wrong[np.argsort(np.abs(labels.score[wrong] - found.threshold), kind="stable")]
    texts = [f"{labels.score[n]:.4f}  {labels.text[n]}" for n in order[:_SHOWN]]
    title = "Good but not kept" if good else "Bad but kept"
    return Samples(title, texts, note="Score and row, nearest to the threshold first.")
