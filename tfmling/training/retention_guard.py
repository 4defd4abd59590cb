"""Gradients that keep an extended encoder near what it was: frozen old rows and weight anchoring.

Shapes: V pieces, D width.
"""

from collections.abc import Sequence
from pathlib import Path

import keras
import tensorflow as tf

from tfmling.conversion.folder_vocabulary import read_encoder_vocabulary
from tfmling.core import files
from tfmling.core.config_errors import ConfigError
from tfmling.modeling.encoder import Encoder
from tfmling.training.retention_settings import Retention


class RetentionGuard:
    """Changes the summed gradients of a step, before they are clipped.

    Anchoring is L2-SP (Li, Grandvalet and Davoine 2018, "Explicit Inductive Bias for Transfer
    Learning with Convolutional Networks"): the gradient of strength / 2 x |w - w0|^2 is added,
    where w0 are the weights when the guard is made. A frozen row gets no gradient at all and is
    not decayed, so that the optimizer leaves it as it is, bit for bit.

    Args:
        settings: which guards.
        encoder: whose weights are guarded; all others, those of heads, are free.
        variables: what is trained, in the order of the gradients.

    Raises:
        ConfigError: the encoder's vocabulary does not begin with that of the settings' base.
    """

    def __init__(self, settings: Retention, encoder: Encoder, variables: Sequence[keras.Variable]):
        self.settings = settings
        self.table = encoder.embedding_table
        self.old_rows = _count_old_rows(settings, encoder)
        self.variables = list(variables)
        self._starts = self._copies({id(v) for v in encoder.variables})

    def _copies(self, guarded: set[int]) -> list[tf.Variable | None]:
        if not self.settings.anchor_strength:
            return [None] * len(self.variables)
        return [
            tf.Variable(variable.value, trainable=False) if id(variable) in guarded else None
            for variable in self.variables
        ]

    @property
    def frozen_rows(self) -> list[tuple[keras.Variable, int]]:
        """Trained weights whose first so many rows stay as they are."""
        if not self.settings.freeze_old_rows:
            return []
        return [(variable, self.old_rows) for variable in self.variables if variable is self.table]

    def __call__(self, gradients: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """The guarded gradients, one for each of the variables; shapes as they were."""
        rows = zip(self.variables, self._starts, gradients, strict=True)
        return [self._guarded(variable, start, gradient) for variable, start, gradient in rows]

    def _guarded(
        self, variable: keras.Variable, start: tf.Variable | None, gradient: tf.Tensor
    ) -> tf.Tensor:
        is_table = variable is self.table
        if start is not None:
            pull = self.settings.anchor_strength * (variable.value - start)
            gradient += self._on_old_rows(pull) if is_table else pull
        if is_table and self.settings.freeze_old_rows:
            gradient -= self._on_old_rows(gradient)
        return gradient

    def _on_old_rows(self, values_VD: tf.Tensor) -> tf.Tensor:
        """Zero on the new rows."""
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
            f"{len(base):,} of {settings.base}; expected the encoder that was extended"
        )
    return len(base)
