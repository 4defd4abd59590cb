"""Publish the threshold that judged rows imply."""

from tfmling.core import outputs
from tfmling.mining.calibration.labels import read_labels
from tfmling.mining.calibration.report import write_calibration
from tfmling.mining.calibration.sample import read_scores
from tfmling.mining.calibration.settings import CalibrateThreshold
from tfmling.mining.calibration.threshold import calibrate


def calibrate_threshold(settings: CalibrateThreshold) -> None:
    """Find the threshold, publish it with a report, and print it with its interval.

    Example:
        >>> _ = open("labels.tsv", "w").write("score\\tgood\\n1\\t0\\n2\\t1\\n3\\t1\\n")
        >>> settings = CalibrateThreshold(output="out", labels="labels.tsv", target=0.9)
        >>> calibrate_threshold(settings)  # doctest: +ELLIPSIS
        threshold 2.0000 (...), 100.0% good of 66.7% kept: out/report.html
    """
    labels = read_labels(settings.labels)
    found = calibrate(
        labels,
        settings.target,
        confidence=settings.confidence,
        resamples=settings.resamples,
        seed=settings.seed,
    )
    kept = None
    if settings.scored:
        kept = int((read_scores(settings.scored) >= found.threshold).sum())
    with outputs.publish(settings) as folder:
        write_calibration(folder, settings, labels, found, kept)
    print(
        f"threshold {found.threshold:.4f} ({found.threshold_low:.4f} to {found.threshold_high:.4f})"
        f", {found.precision:.1%} good of {found.kept:.1%} kept: {settings.output}/report.html"
    )
