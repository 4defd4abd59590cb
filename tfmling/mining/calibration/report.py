"""threshold.json and report.html of calibrate_threshold."""

import numpy as np
from matplotlib.figure import Figure

from tfmling.core import files
from tfmling.mining.calibration.labels import Labels
from tfmling.mining.calibration.settings import CalibrateThreshold
from tfmling.mining.calibration.threshold import Calibration
from tfmling.reports import Plot, Samples, Table, Text, write_page

FIGURES = (
    "threshold", "threshold_low", "threshold_high",
    "precision", "precision_low", "precision_high", "kept", "not_reached",
)  # fmt: skip
_SHOWN = 10


def write_calibration(
    folder: str, settings: CalibrateThreshold, labels: Labels, found: Calibration, kept: int | None
) -> None:
    """Writes threshold.json, report.html and config.yaml.

    Args:
        folder: that is published afterwards.
        settings: of the calibration.
        labels: what people said.
        found: the threshold.
        kept: how many rows of the scored table the threshold keeps, if there is one.
    """
    files.write_json(files.join(folder, "threshold.json"), _values(settings, labels, found, kept))
    write_page(
        files.join(folder, "report.html"),
        title="Threshold",
        subtitle=f"from which what is kept is good to {settings.target:.0%}",
        sections=[
            Text("What this is", _explained(settings, labels, found, kept)),
            _table(settings, found),
            Plot(
                "Share of good by threshold",
                draw_curve(settings, labels, found),
                note="Strokes: judged rows, good above, bad below. The band and the grey field are "
                f"{settings.confidence:.0%} intervals.",
            ),
            *(_nearest(labels, found, good) for good in (False, True)),
        ],
    )


def _values(
    settings: CalibrateThreshold, labels: Labels, found: Calibration, kept: int | None
) -> dict[str, float | int | None]:
    """The figures; infinite is an end that is nowhere."""
    values = {name: getattr(found, name) for name in FIGURES}
    counts = {"judged": len(labels.score), "not_judged": labels.not_judged, "kept_rows": kept}
    return {"target": settings.target} | values | counts


def _explained(
    settings: CalibrateThreshold, labels: Labels, found: Calibration, kept: int | None
) -> list[str]:
    rows = "" if kept is None else f", {kept:,} rows of the scored table"
    said = [
        f"Of {len(labels.score):,} judged rows {labels.good.sum():,} are good. The lowest "
        f"threshold that keeps {settings.target:.0%} good is {found.threshold:.4g}; it keeps "
        f"{found.kept:.1%} of all{rows}.",
        "Who wants to be sure takes the upper end of its interval.",
    ]
    if found.not_reached:
        said.append(f"In {found.not_reached:.1%} of the resamples no threshold reaches the share.")
    if labels.not_judged:
        said.append(f"{labels.not_judged:,} rows of the table are not judged.")
    return said


def _table(settings: CalibrateThreshold, found: Calibration) -> Table:
    rows = [
        ("threshold", found.threshold, found.threshold_low, found.threshold_high),
        ("share of good in what is kept", *_precision(found)),
    ]
    shown = [(name, *(f"{value:.4f}" for value in values)) for name, *values in rows]
    note = f"{settings.confidence:.0%} intervals, by resampling within strata."
    return Table("Figures", ("figure", "value", "low", "high"), shown, note)


def _precision(found: Calibration) -> tuple[float, float, float]:
    return found.precision, found.precision_low, found.precision_high


def draw_curve(settings: CalibrateThreshold, labels: Labels, found: Calibration) -> Figure:
    """Share of good over threshold with its band, the threshold, and the judged rows."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    curve, (low, high) = found.curve, found.band
    axes.fill_between(curve.threshold, low, high, step="pre", color="#0072B2", alpha=0.2)
    axes.step(curve.threshold, curve.precision, where="pre", color="#0072B2", label="kept is good")
    axes.step(curve.threshold, curve.kept, where="pre", color="#E69F00", label="share kept")
    right = min(found.threshold_high, float(curve.threshold[-1]))
    axes.axvspan(found.threshold_low, right, color="#999999", alpha=0.25, linewidth=0)
    axes.axvline(found.threshold, color="black", linewidth=1)
    axes.axhline(settings.target, color="black", linewidth=0.8, linestyle=":")
    rows = np.where(labels.good, 1.04, -0.04)
    axes.plot(labels.score, rows, "|", color="#555555", alpha=0.5, markersize=5)
    axes.set_xlabel("threshold")
    axes.set_ylim(-0.08, 1.08)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center right")
    return figure


def _nearest(labels: Labels, found: Calibration, good: bool) -> Samples:
    """Judged rows on the wrong side, those nearest to the threshold first."""
    wrong = np.flatnonzero((labels.good == good) & ((labels.score >= found.threshold) != good))
    order = wrong[np.argsort(np.abs(labels.score[wrong] - found.threshold), kind="stable")]
    texts = [f"{labels.score[n]:.4f}  {labels.text[n]}" for n in order[:_SHOWN]]
    title = "Good, and not kept" if good else "Bad, and kept"
    return Samples(title, texts, note="The score, and the row; nearest to the threshold first.")
