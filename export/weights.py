"""How a SavedModel stores the weights of an encoder: in float32 or in 16 bits.

In 16 bits a model is half as large. Computation is float32, from the rounded weights. The embedding
table stays in 16 bits in memory too; only the rows that a text needs are converted.
"""

import contextlib
from collections.abc import Iterator
from typing import Literal

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder

Dtype = Literal["float32", "bfloat16", "float16"]


class TrainableWeights:
    """The encoder's own variables, which can be fine-tuned.

    Example:
        >>> weights = TrainableWeights(encoder)
        >>> with weights.applied(training=True) as has_dropout:
        ...     has_dropout
        True
    """

    def __init__(self, encoder: Encoder):
        self.variables = [variable.value for variable in encoder.variables]
        self.trainable_variables = [variable.value for variable in encoder.trainable_variables]

    @contextlib.contextmanager
    def applied(self, training: bool) -> Iterator[bool]:
        """Context for calls of the encoder; yields whether to apply dropout."""
        yield training


class HalfPrecisionWeights:
    """Copies in 16 bits for inference: not trainable, without dropout.

    Args:
        encoder: its current weights are copied; see `round_weights`.
        dtype: bfloat16 or float16.

    Example:
        >>> weights = HalfPrecisionWeights(encoder, "bfloat16")
        >>> weights.variables[0].dtype.name
        'bfloat16'
        >>> with weights.applied(training=True) as has_dropout:
        ...     has_dropout
        False
    """

    trainable_variables: tuple[tf.Variable, ...] = ()

    def __init__(self, encoder: Encoder, dtype: Dtype):
        self._encoder = encoder
        self.variables = [
            tf.Variable(tf.cast(variable.value, dtype), trainable=False, name=f"weight_{number}")
            for number, variable in enumerate(encoder.trainable_variables)
        ]

    @contextlib.contextmanager
    def applied(self, training: bool) -> Iterator[bool]:
        """Context for calls of the encoder, in which it uses the copies."""
        scope = keras.StatelessScope()
        for own, small in zip(self._encoder.trainable_variables, self.variables, strict=True):
            is_table = own is self._encoder.embedding_table
            value = small.read_value()
            scope.add_update((own, value if is_table else tf.cast(value, tf.float32)))
        with scope:
            yield False


Weights = TrainableWeights | HalfPrecisionWeights


def stored_weights(encoder: Encoder, dtype: Dtype) -> Weights:
    """The weights to save.

    Example:
        >>> len(stored_weights(encoder, "float32").variables) == len(encoder.variables)
        True
        >>> stored_weights(encoder, "float16").variables[0].dtype.name
        'float16'
    """
    return TrainableWeights(encoder) if dtype == "float32" else HalfPrecisionWeights(encoder, dtype)


def round_weights(encoder: Encoder, dtype: Dtype) -> None:
    """Round the encoder's weights to `dtype`, so that it equals its export.

    Example:
        >>> _ = encoder.embedding_table.assign(tf.fill([37, 16], 1.001))
        >>> round_weights(encoder, "bfloat16")  # has 8 bits of precision
        >>> float(encoder.embedding_table[0, 0])
        1.0
    """
    for variable in encoder.trainable_variables:
        variable.assign(tf.cast(tf.cast(variable.value, dtype), tf.float32))
