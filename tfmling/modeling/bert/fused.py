"""Elementwise functions that XLA fuses into one loop if that is faster."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import tensorflow as tf

MIN_SIZE = 2**16  # elements; for smaller tensors, starting a compiled loop costs more than it saves
_FUSION_ENABLED = ContextVar("fusion_enabled", default=True)


@contextlib.contextmanager
def disable_fusion() -> Iterator[None]:
    """Trace plain operations only, which model converters need.

    Example:
        >>> with disable_fusion():
        ...     graph = tf.function(lambda x: x + 1).get_concrete_function(tf.zeros([2]))
    """
    token = _FUSION_ENABLED.set(False)
    try:
        yield
    finally:
        _FUSION_ENABLED.reset(token)


class Fused:
    """A function of tensors that XLA compiles on its own inside a training step.

    TensorFlow passes over memory once for each operation of a layer norm or a GELU; XLA passes
    once for all of them. For matrix products, TensorFlow's oneDNN is faster than XLA, so only the
    functions between the products are compiled. Tensors of unknown shape, small tensors and eager
    calls are computed operation by operation. If XLA compiles the whole step (TPU), the function
    is part of it.

    Args:
        function: of tensors and of constants; it needs no gradient.

    Example:
        >>> double = Fused(lambda x: 2 * x)
        >>> double(tf.constant([3.0])).numpy()
        array([6.], dtype=float32)
    """

    def __init__(self, function: Callable[..., Any]):
        self.function = function
        self.compiled = tf.function(function, jit_compile=True, autograph=False)

    def __call__(self, first: tf.Tensor, *others: Any) -> Any:
        """Call the function; the size of `first` decides whether it is compiled."""
        if not is_fused(first):
            return self.function(first, *others)
        # graph optimizers cannot see into compiled functions and warn of unknown shapes
        outputs = self.compiled(first, *others)
        return tf.nest.map_structure(lambda tensor: tf.ensure_shape(tensor, tensor.shape), outputs)


def is_fused(tensor: tf.Tensor) -> bool:
    """Whether a function of this tensor is compiled.

    If it is not and nothing is dropped, as in exported models, callers use plain operations
    instead of a custom gradient, which graph optimizers cannot see through.

    Example:
        >>> is_fused(tf.zeros([MIN_SIZE]))  # eager
        False
    """
    size = tensor.shape.num_elements()
    is_large = size is not None and size >= MIN_SIZE
    return is_large and tf.inside_function() and _FUSION_ENABLED.get()
