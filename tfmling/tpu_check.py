"""Lowers training steps for a TPU on a machine that has none.

    python -m tfmling.tpu_check --config configs/tpu_check.yaml      (make tpu-check sets it up)

Needs the package tensorflow-tpu in place of tensorflow. Fails where a step has an operation that
TPUs do not know, or a shape that depends on values.
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.tpu.settings import TpuCheck


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, lowers, prints figures, writes them."""
    settings, _ = parse_command_line(TpuCheck, __doc__, arguments)
    from tfmling.tpu.run_check import run_check

    run_check(settings)


if __name__ == "__main__":
    main()
