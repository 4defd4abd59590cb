"""Trains a classifier of sentences, main content or not, and measures it on held-out pages.

    python -m tfmling.train_quality --config configs/train_quality_manuals.yaml

Writes model.json and weights.npz (what the filter `quality` reads), scores.json, report.html
(scores, curves, mistakes) and config.yaml.
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.quality.settings import TrainQuality


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, trains, measures, publishes."""
    settings, _ = parse_command_line(TrainQuality, __doc__, arguments)
    from tfmling.quality.run_training import run_training  # scikit-learn only now

    run_training(settings)
    print(f"{settings.output}/report.html")


if __name__ == "__main__":
    main()
