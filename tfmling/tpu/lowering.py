"""From a traced step to the program that XLA gets for a TPU, on a machine that has none."""

import importlib.metadata
import re

import tensorflow as tf

from tfmling.core.errors import UserError
from tfmling.tpu.stateless import Stateless

_DYNAMIC = re.compile(r"^.* = [^=]*<=\d.*$", re.MULTILINE)
_SOURCE = re.compile(r'op_type="([^"]*)" op_name="([^"]*)"')
_UNKNOWN = re.compile(r"No registered '(\w+)' OpKernel.*?node ([\w/.]+)")
_SHOWN = 800  # characters of a message that is not understood


class LoweringError(UserError, ValueError):
    """A step that a TPU cannot run: an operation it does not know, or a shape that changes."""


class NoCompilerError(UserError, RuntimeError):
    """This TensorFlow cannot compile for TPUs."""


def has_tpu_compiler() -> bool:
    """Whether this TensorFlow is `tensorflow-tpu`, the one that knows a TPU's operations."""
    try:
        importlib.metadata.version("tensorflow-tpu")
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def lower(step: Stateless) -> str:
    """The program of a step as the TPU's compiler gets it: HLO, as text.

    Raises:
        LoweringError: an operation that TPUs do not know, or a shape that depends on values.
        NoCompilerError: this TensorFlow is not `tensorflow-tpu`.
    """
    if not has_tpu_compiler():
        raise NoCompilerError(
            "expected the package tensorflow-tpu, found another TensorFlow; use `make tpu-check`"
        )
    function = tf.function(step, jit_compile=True, autograph=False)
    compiler_ir = function.experimental_get_compiler_ir(*step.specs)
    try:
        hlo = compiler_ir(stage="hlo", platform_name="TPU")
    except (tf.errors.OpError, ValueError) as error:
        raise LoweringError(_explain(str(error))) from None
    if found := _DYNAMIC.search(hlo):
        raise LoweringError(_explain_shape(found[0]))
    return hlo


def _explain(message: str) -> str:
    if unknown := dict.fromkeys(_UNKNOWN.findall(message)):
        named = ", ".join(f"{kind} ({name})" for kind, name in unknown)
        return (
            f"TPUs do not know {named}; expected operations on numbers only. Move it into the "
            "objective's `prepare`, which runs on the host"
        )
    return f"XLA cannot compile the step for a TPU: {message[:_SHOWN]}"


def _explain_shape(line: str) -> str:
    source = _SOURCE.search(line)
    named = f"{source[1]} ({source[2]})" if source else line.strip()[:_SHOWN]
    return (
        f"the shape of {named} depends on values; a TPU needs one shape for all batches. Use a "
        "mask of fixed size instead of tf.where, tf.boolean_mask, tf.unique and the like"
    )
