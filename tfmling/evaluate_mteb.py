"""Scores a model by MTEB's own code, on its tasks or on bitext that lies here.

    python -m tfmling.evaluate_mteb --config configs/evaluate_mteb.yaml

Needs the extra `mteb`, which brings PyTorch.
"""

import importlib
import importlib.util
from collections.abc import Sequence

from tfmling.core import extras
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.evaluation.mteb.settings import EvaluateMteb


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, evaluates, writes one JSON file a task."""
    settings, _ = parse_command_line(EvaluateMteb, __doc__, arguments)

    extras.require("mteb", "mteb")
    # Triton and TensorFlow each bring an LLVM; loaded last, Triton's would end the process
    for name in ("triton", "torch"):
        if importlib.util.find_spec(name):
            importlib.import_module(name)
    from tfmling.evaluation.mteb.run_mteb import run_mteb

    run_mteb(settings)


if __name__ == "__main__":
    main()
