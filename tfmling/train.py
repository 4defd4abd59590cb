"""Trains an encoder: MLM, TLM, next sentence, dual encoder, distillation, mixed by weight.

    python -m tfmling.train --config configs/train_masked_lm.yaml --set steps=1000
    python -m tfmling.train --config configs/train_dual_encoder.yaml --set runtime.strategy=tpu
    python -m tfmling.train --config configs/train_masked_lm.yaml --dry-run

An unfinished run keeps its state in `<output>.unfinished`; the same command resumes it, and
`--restart` starts over.
"""

from collections.abc import Sequence

from tfmling.core import unfinished
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.training.checkpoint_folder import describe_progress
from tfmling.training.settings import Train

DRY_RUN = {
    "--dry-run": "print memory, padding and the expected time of ten real steps; write nothing"
}


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, trains, writes the encoder folder."""
    settings, flags = parse_command_line(Train, __doc__, arguments, DRY_RUN)
    if "--dry-run" not in flags and settings.runtime.strategy != "multi_worker":
        unfinished.check(settings, describe_progress)
    from tfmling.training.dry_run import dry_run  # TensorFlow only once settings are good
    from tfmling.training.exit_process import exit_without_iterator_cleanup
    from tfmling.training.run_training import run_training

    with exit_without_iterator_cleanup(settings.runtime.strategy in ("mirrored", "tpu")):
        (dry_run if "--dry-run" in flags else run_training)(settings)


if __name__ == "__main__":
    main()
