"""Lower a traced step to the program that XLA compiles for a TPU, without a TPU."""

import importlib.metadata
import re

import tensorflow as tf

from tfmling.core.errors import UserError
from tfmling.tpu.stateless import StatelessFunction

_DYNAMIC = re.compile(r"^.* = [^=]*<=\d.*$", re.MULTILINE)
_SOURCE = re.compile(r'op_type="([^"]*)" op_name="([^"]*)"')
_UNKNOWN = re.compile(r"No registered '(\w+)' OpKernel.*?node ([\w/.]+)")
_SHOWN = 800  # characters of an unknown error message


class LoweringError(UserError, ValueError):
    """A TPU cannot run the step: an unsupported operation, or a dynamic shape.

    Example:
        >>> raise LoweringError("TPUs do not support StringJoin (join)")
        Traceback (most recent call last):
            ...
        tfmling.tpu.lowering.LoweringError: TPUs do not support StringJoin (join)
    """


class NoCompilerError(UserError, RuntimeError):
    """This TensorFlow cannot compile for TPUs.

    Example:
        >>> raise NoCompilerError("expected the package tensorflow-tpu")
        Traceback (most recent call last):
            ...
        tfmling.tpu.lowering.NoCompilerError: expected the package tensorflow-tpu
    """


def has_tpu_compiler() -> bool:
    """Whether this TensorFlow is `tensorflow-tpu`, which includes the TPU compiler."""
    try:
        importlib.metadata.version("tensorflow-tpu")
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def lower(step: StatelessFunction) -> str:
    """Lower a step to HLO text, the input of the TPU's compiler.

    Raises:
        LoweringError: TPUs do not support an operation, or a shape depends on values.
        NoCompilerError: this TensorFlow is not `tensorflow-tpu`.
    """
    if not has_tpu_compiler():
        raise NoCompilerError(
            "expected the package tensorflow-tpu, found another TensorFlow; run `make tpu-check`"
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
            f"TPUs do not support {named}; expected operations on numbers only. Move it into the "
            "objective's `prepare`, which runs on the host"
        )
    return f"XLA cannot compile the step for a TPU: {message[:_SHOWN]}"


def _explain_shape(line: str) -> str:
    source = _SOURCE.search(line)
    named = f"{source[1]} ({source[2]})" if source else line.strip()[:_SHOWN]
    return (
        f"the shape of {named} depends on values; a TPU needs static shapes. Use a mask of fixed "
        "size instead of tf.where, tf.boolean_mask, tf.unique and the like"
    )
