"""Entry point of `evaluate_mteb`: imports libraries in an order that does not crash."""

import importlib
import importlib.util

from tfmling.core import extras
from tfmling.evaluation.settings import EvaluateMteb


def evaluate_mteb(settings: EvaluateMteb) -> None:
    """Score a model by MTEB's own code; see `run_mteb`.

    Raises:
        MissingPackageError: the extra `mteb` is not installed.
    """
    extras.require("mteb", "mteb")
    # Triton and TensorFlow each bring an LLVM; if Triton's were loaded last, it would abort
    for name in ("triton", "torch"):
        if importlib.util.find_spec(name):
            importlib.import_module(name)
    from tfmling.evaluation.run_mteb import run_mteb

    run_mteb(settings)
