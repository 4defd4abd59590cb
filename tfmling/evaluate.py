"""Scores models: retrieval of translations in both directions, similarity to a reference model.

python -m tfmling.evaluate --config configs/evaluate.yaml
python -m tfmling.evaluate --config configs/evaluate.yaml --set models.after=runs/mine/encoder
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.evaluation.settings import Evaluate


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, scores, writes scores.json, scores.md, scores.png and scores.html."""
    settings, _ = parse_command_line(Evaluate, __doc__, arguments)
    from tfmling.evaluation.run_evaluation import run_evaluation  # TensorFlow only now

    run_evaluation(settings)


if __name__ == "__main__":
    main()
