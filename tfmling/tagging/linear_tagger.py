"""Labels of words by a linear layer on the state of each word's first piece.

Devlin et al. (2019), section 5.3. Shapes: B rows, L pieces, W words.
"""

from typing import ClassVar

import tensorflow as tf

from tfmling.tagging.linear_classifier import LinearClassifier
from tfmling.tagging.tagger import Features


class LinearTagger(LinearClassifier):
    """Reads the last states [B, L, D]; a piece that begins no word has no label."""

    STATES: ClassVar = "sequence_output"
    LABELS: ClassVar = "token_labels"

    def predict(self, features: Features) -> tf.Tensor:
        """The best label of each word, int32 [B, W]."""
        return tf.gather(self.best(features), features["word_positions"], batch_dims=1)
