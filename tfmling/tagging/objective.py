"""Labels of words or of pairs: the mean loss of a tagger over the global batch."""

import tensorflow as tf

from tfmling.objectives.objective import Metrics, Objective
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.tagging.tagger import Tagger


class TaggingObjective(Objective):
    """The summed loss of a batch by how much of it has a label.

    Its features are rows of `tfmling.tagging.inputs`, made of small files in memory; so there is
    nothing to prepare of records.
    """

    def __init__(self, tagger: Tagger):
        super().__init__(tagger.encoder, "labels")
        self.tagger = tagger

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """This replica's share of the mean loss."""
        loss, count = self.tagger(features, training=training)
        total = tf.maximum(tf.stop_gradient(sum_over_replicas(count)), 1.0)
        return loss / total, {"loss": loss / total}
