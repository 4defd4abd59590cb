"""The weights of an encoder as a SavedModel keeps them: as they are, or in 16 bits.

In 16 bits a model is half as large; what is computed stays float32, from the rounded weights. The
word-piece table stays in 16 bits also in memory: only the rows that a text needs are made float32.
"""

import contextlib
from collections.abc import Iterator
from typing import Literal

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder

Dtype = Literal["float32", "bfloat16", "float16"]


class OwnWeights:
    """The encoder's own variables, which can be trained on."""

    def __init__(self, encoder: Encoder):
        self.variables = [variable.value for variable in encoder.variables]
        self.trainable_variables = [variable.value for variable in encoder.trainable_variables]

    @contextlib.contextmanager
    def applied(self, training: bool) -> Iterator[bool]:
        """Where the encoder is called; gives whether dropout is on."""
        yield training


class SmallWeights:
    """Copies in 16 bits, for inference only: nothing is trainable, dropout is never on.

    Args:
        encoder: its weights are read now; see `round_weights`.
        dtype: bfloat16 or float16.
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
        """Where the encoder is called: it sees the copies instead of its own variables."""
        scope = keras.StatelessScope()
        for own, small in zip(self._encoder.trainable_variables, self.variables, strict=True):
            is_table = own is self._encoder.embedding_table
            value = small.read_value()
            scope.add_update((own, value if is_table else tf.cast(value, tf.float32)))
        with scope:
            yield False


Weights = OwnWeights | SmallWeights


def weights_of(encoder: Encoder, dtype: Dtype) -> Weights:
    """The weights to be saved."""
    return OwnWeights(encoder) if dtype == "float32" else SmallWeights(encoder, dtype)


def round_weights(encoder: Encoder, dtype: Dtype) -> None:
    """Leaves in the encoder what its weights are in `dtype`, so that both compute the same."""
    for variable in encoder.trainable_variables:
        variable.assign(tf.cast(tf.cast(variable.value, dtype), tf.float32))
