"""Finds the threshold from which what is kept is good to a wanted share, from rows people judged.

    python -m tfmling.calibrate_threshold --config configs/calibrate_threshold.yaml --sample
    (fill in the column `good` of the labels with 1 or 0)
    python -m tfmling.calibrate_threshold --config configs/calibrate_threshold.yaml

The first writes a sample of the scored table, drawn by strata of the score; the second writes
threshold.json (the threshold and its interval), report.html and config.yaml.
"""

import sys
from collections.abc import Sequence

from tfmling.core import outputs
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.mining.calibration.settings import CalibrateThreshold

SAMPLE = "--sample"


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, samples or calibrates."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    own = [each for each in arguments if each != SAMPLE]
    settings, _ = parse_command_line(CalibrateThreshold, __doc__, own)

    print(_sample(settings) if SAMPLE in arguments else _calibrate(settings))


def _sample(settings: CalibrateThreshold) -> str:
    from tfmling.mining.calibration.sample import write_sample

    count = write_sample(settings)
    return f"{settings.labels}: {count} rows to be judged: write 1 or 0 into the column good"


def _calibrate(settings: CalibrateThreshold) -> str:
    from tfmling.mining.calibration.labels import read_labels
    from tfmling.mining.calibration.report import write_calibration
    from tfmling.mining.calibration.sample import read_scores
    from tfmling.mining.calibration.threshold import calibrate

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
    return (
        f"threshold {found.threshold:.4f} ({found.threshold_low:.4f} to {found.threshold_high:.4f})"
        f", {found.precision:.1%} good of {found.kept:.1%} kept: {settings.output}/report.html"
    )


if __name__ == "__main__":
    main()
