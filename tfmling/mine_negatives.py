"""Finds hard negatives with the current encoder: near a source, but no translations of it.

    python -m tfmling.mine_negatives --config configs/mine_negatives.yaml

Train on them with inputs.kind: hard_negatives; see docs/training.md.
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.training.negatives.settings import MineNegatives


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, mines, writes records with negatives."""
    settings, _ = parse_command_line(MineNegatives, __doc__, arguments)
    from tfmling.training.negatives.mine import mine_negatives  # TensorFlow once settings are good

    mine_negatives(settings)


if __name__ == "__main__":
    main()
