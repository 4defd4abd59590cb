"""Variables with a shape and a type but no memory, to trace a step of a huge model in little."""

import contextlib
from collections.abc import Callable, Iterator

import tensorflow as tf
from tensorflow.python.ops.resource_variable_ops import UninitializedVariable


@contextlib.contextmanager
def abstract_variables() -> Iterator[None]:
    """Within it no variable gets its first value, nor the memory for it.

    What is built so can be traced, and not run.
    """
    with tf.variable_creator_scope(_create):
        yield


def _create(_: Callable[..., tf.Variable], **arguments: object) -> tf.Variable:
    spec = _spec(arguments["initial_value"], arguments.get("dtype"))
    return UninitializedVariable(
        shape=spec.shape,
        dtype=spec.dtype,
        trainable=arguments.get("trainable"),
        name=arguments.get("name"),
    )


def _spec(initial_value: object, dtype: tf.DType | None) -> tf.TensorSpec:
    if not callable(initial_value):
        return tf.TensorSpec.from_tensor(tf.convert_to_tensor(initial_value, dtype=dtype))
    with tf.Graph().as_default():  # of an initialiser only the shape is asked
        return tf.TensorSpec.from_tensor(tf.convert_to_tensor(initial_value(), dtype=dtype))
