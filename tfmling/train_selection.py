"""Trains a model that tells trusted translations from raw ones, for the filter `selection`.

    python -m tfmling.train_selection --config configs/train_selection.yaml

Writes the model, scores.tsv (score, source and target of the raw pairs, the best first: what
calibrate_threshold samples), report.html and config.yaml.
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.mining.selection.settings import TrainSelection


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, trains, scores, publishes."""
    settings, _ = parse_command_line(TrainSelection, __doc__, arguments)
    from tfmling.mining.selection.run_training import run_training

    run_training(settings)
    print(f"{settings.output}/report.html")


if __name__ == "__main__":
    main()
