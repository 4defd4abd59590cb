"""Elementwise functions that XLA joins into one loop where that pays."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import tensorflow as tf

SMALLEST = 2**16  # numbers; below, a loop of its own costs more than it saves
_COMPILES = ContextVar("compiles", default=True)


@contextlib.contextmanager
def without_compiling() -> Iterator[None]:
    """What is traced here is made of plain operations only, as converters need it."""
    token = _COMPILES.set(False)
    try:
        yield
    finally:
        _COMPILES.reset(token)


class Fused:
    """A function of tensors that XLA compiles on its own within a step of a training.

    TensorFlow goes through memory once for each operation of layer norm or GELU, XLA once for all
    of them; matrix products are the other way round, oneDNN's in TensorFlow are the faster ones. So
    only what lies between the products is compiled. Shapes that are not known, small tensors and
    calls outside a graph are computed operation by operation. Where the whole step is compiled
    (TPU), this is a part of it.

    Args:
        function: of tensors, and of numbers that do not change; no gradient is taken through it.
    """

    def __init__(self, function: Callable[..., Any]):
        self.function = function
        self.compiled = tf.function(function, jit_compile=True, autograph=False)

    def __call__(self, first: tf.Tensor, *others: Any) -> Any:
        """What the function gives; the size of `first` decides how."""
        if not pays(first):
            return self.function(first, *others)
        # the graph's optimizer does not look into what is compiled, and warns of unknown shapes
        found = self.compiled(first, *others)
        return tf.nest.map_structure(lambda tensor: tf.ensure_shape(tensor, tensor.shape), found)


def pays(tensor: tf.Tensor) -> bool:
    """Whether a loop over a tensor is compiled.

    Where it is not and nothing is dropped, as in an exported model, a plain operation is better
    than one with a gradient of its own: what stands around that is closed to the graph's optimizer.
    """
    size = tensor.shape.num_elements()
    is_large = size is not None and size >= SMALLEST
    return is_large and tf.inside_function() and _COMPILES.get()
