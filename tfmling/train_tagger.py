"""Trains labels on an encoder (entities, parts of speech, inference) and scores them.

    python -m tfmling.train_tagger --config configs/train_tagger.yaml
    python -m tfmling.train_tagger --config configs/train_tagger_crf.yaml --set fit.epochs=10

Writes an encoder folder with tagger.json and tagger.safetensors, scores.json, counts.json,
history.jsonl, report.html and config.yaml. An unfinished run resumes; `--restart` starts over.
"""

from collections.abc import Sequence

from tfmling.core import unfinished
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.tagging.settings import TrainTagger
from tfmling.training.checkpoint_folder import describe_progress


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, trains, scores, publishes."""
    settings, _ = parse_command_line(TrainTagger, __doc__, arguments)
    unfinished.check(settings, describe_progress)
    from tfmling.tagging.run_tagging import run_tagging  # TensorFlow only now
    from tfmling.training.exit_process import exit_without_iterator_cleanup

    with exit_without_iterator_cleanup(settings.strategy == "mirrored"):
        run_tagging(settings)


if __name__ == "__main__":
    main()
