"""Keep an extended encoder near its start: frozen old rows and L2-SP. V pieces, D width."""

from collections.abc import Sequence
from pathlib import Path

import keras
import tensorflow as tf

from tfmling.conversion.encoder_folder import read_encoder_vocabulary
from tfmling.core import files
from tfmling.core.config_errors import ConfigError
from tfmling.modeling.encoder import Encoder
from tfmling.training.settings import Retention


class RetentionGuard:
    """Modifies the summed gradients of a step, before clipping.

    L2-SP (Li, Grandvalet and Davoine 2018, "Explicit Inductive Bias for Transfer Learning with
    Convolutional Networks") adds the gradient of strength / 2 x |w - w0|^2, where w0 are the
    weights when the guard is built. Frozen rows get zero gradients and no weight decay, so the
    optimizer leaves them unchanged, bit for bit.

    Args:
        settings: which guards to apply.
        encoder: whose weights are guarded; weights of heads are free.
        variables: trained weights, in the order of the gradients.

    Raises:
        ConfigError: the encoder's vocabulary does not begin with that of `settings.base`.

    Example:
        >>> table = encoder.embedding_table
        >>> guard = RetentionGuard(Retention(anchor_strength=0.5), encoder, [table])
        >>> _ = table.assign(table + 2.0)
        >>> gradients = guard([tf.zeros(table.shape)])
        >>> round(float(gradients[0][0, 0]), 4)  # 0.5 x 2
        1.0
    """

    def __init__(self, settings: Retention, encoder: Encoder, variables: Sequence[keras.Variable]):
        self.settings = settings
        self.table = encoder.embedding_table
        self.old_rows = _count_old_rows(settings, encoder)
        self.variables = list(variables)
        self._initial_values = self._copies({id(v) for v in encoder.variables})

    def _copies(self, guarded: set[int]) -> list[tf.Variable | None]:
        if not self.settings.anchor_strength:
            return [None] * len(self.variables)
        return [
            tf.Variable(variable.value, trainable=False) if id(variable) in guarded else None
            for variable in self.variables
        ]

    @property
    def frozen_rows(self) -> list[tuple[keras.Variable, int]]:
        """Pairs (variable, n); the first n rows are frozen."""
        if not self.settings.freeze_old_rows:
            return []
        return [(variable, self.old_rows) for variable in self.variables if variable is self.table]

    def __call__(self, gradients: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """Return the guarded gradients, one per variable, with unchanged shapes."""
        return [
            self._guarded(variable, initial, gradient)
            for variable, initial, gradient in zip(
                self.variables, self._initial_values, gradients, strict=True
            )
        ]

    def _guarded(
        self, variable: keras.Variable, initial: tf.Variable | None, gradient: tf.Tensor
    ) -> tf.Tensor:
        is_table = variable is self.table
        if initial is not None:
            pull = self.settings.anchor_strength * (variable.value - initial)
            gradient += self._zero_new_rows(pull) if is_table else pull
        if is_table and self.settings.freeze_old_rows:
            gradient -= self._zero_new_rows(gradient)
        return gradient

    def _zero_new_rows(self, values_VD: tf.Tensor) -> tf.Tensor:
        old, new = values_VD[: self.old_rows], values_VD[self.old_rows :]
        return tf.concat([old, tf.zeros_like(new)], axis=0)


def _count_old_rows(settings: Retention, encoder: Encoder) -> int:
    vocabulary = encoder.vocabulary
    if settings.base is None:
        return len(vocabulary)
    base = read_encoder_vocabulary(Path(files.resolve_package(settings.base)))
    if vocabulary.pieces[: len(base)] != base.pieces:
        raise ConfigError(
            f"retention.base: the encoder's {len(vocabulary):,} pieces do not begin with the "
            f"{len(base):,} of {settings.base}; expected the encoder before it was extended"
        )
    return len(base)
