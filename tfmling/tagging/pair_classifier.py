"""The label of a pair of sentences from the pooler's output (Devlin et al. 2019, section 4.1).

Shapes: B pairs.
"""

from typing import ClassVar

import tensorflow as tf

from tfmling.tagging.linear_classifier import LinearClassifier
from tfmling.tagging.tagger import Features


class PairClassifier(LinearClassifier):
    """Reads the pooled state [B, D] of [CLS] premise [SEP] hypothesis [SEP]."""

    STATES: ClassVar = "pooled_output"
    LABELS: ClassVar = "pair_label"

    def predict(self, features: Features) -> tf.Tensor:
        """The best label of each pair, int32 [B]."""
        return self.best(features)
