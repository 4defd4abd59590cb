"""An objective that trains on texts of records: how they become its features."""

import abc

import tensorflow as tf

from tfmling.inputs.text_batches import Pack, Texts
from tfmling.objectives.objective import Metrics, Objective


class TextObjective(Objective):
    """Base of the objectives that `train` mixes; the methods here run in tf.data."""

    @property
    def pack(self) -> Pack | None:
        """Texts [N] to rows [R, length], several in each; None: takes no such rows."""
        return None

    @abc.abstractmethod
    def lengths(self, texts: Texts) -> tf.Tensor:
        """The length [N] int32, in tokens with specials, that the texts need."""

    @abc.abstractmethod
    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """Features of a batch: texts [B], a seed int [2], the padded length."""
