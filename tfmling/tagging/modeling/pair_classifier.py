"""The label of a pair of sentences from the pooler's output (Devlin et al. 2019, section 4.1).

Shapes: B pairs.
"""

from typing import ClassVar

import tensorflow as tf

from tfmling.tagging.modeling.labeller import Features
from tfmling.tagging.modeling.linear_labeller import LinearLabeller


class PairClassifier(LinearLabeller):
    """Reads the pooled state [B, D] of [CLS] premise [SEP] hypothesis [SEP]."""

    STATES: ClassVar = "pooled_output"
    LABELS: ClassVar = "pair_label"

    def predict(self, features: Features) -> tf.Tensor:
        """The best label of each pair, int32 [B]."""
        return self.best(features)
