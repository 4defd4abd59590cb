"""The dual encoder: one network reads both sides of a translation (LaBSE, 2007.01852).

Shapes: B pairs on this replica, S sentences of each (source, target, K hard negatives), L length.
"""

import tensorflow as tf

from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.embedding_objective import EmbeddingObjective
from tfmling.objectives.matryoshka import MatryoshkaRanking
from tfmling.objectives.objective import Metrics
from tfmling.objectives.settings import DualEncoder
from tfmling.objectives.sides import NAMES, pack_negatives, pack_side, token_counts
from tfmling.objectives.translation_ranking import TranslationRanking
from tfmling.tokenizers.build_tokenizer import build_tokenizer

SIDES = ("source", "target")


class DualEncoderObjective(EmbeddingObjective):
    """Translation ranking over the vectors of both sides, and of hard negatives where there are."""

    def __init__(self, settings: DualEncoder, encoder: Encoder, step: tf.Variable | None = None):
        super().__init__(encoder, settings.name, settings.gradient_cache_batch_size)
        self.negatives = settings.inputs.negatives
        self.sentences = len(SIDES) + self.negatives
        self.tokenizer = build_tokenizer(encoder.vocabulary)
        self.ranking = MatryoshkaRanking(
            TranslationRanking(settings, step), encoder.embedding_dim, settings.matryoshka_dims
        )

    def lengths(self, texts: Texts) -> tf.Tensor:
        """The longer side's tokens, int32 [N]; a longer hard negative is cut."""
        return tf.maximum(*(token_counts(self.tokenizer, texts[side]) for side in SIDES))

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """Both sides packed to [B, length], hard negatives to [B, K, length]."""
        features: Metrics = {}
        for side in SIDES:
            features |= pack_side(self.tokenizer, texts[side], length, side)
        if self.negatives:
            features |= pack_negatives(self.tokenizer, texts["negatives"], length)
        return features

    def inputs(self, features: Metrics) -> Metrics:
        """All sentences of a pair, so that one call of the encoder reads them."""
        return {name: self._sentences(features, name) for name in NAMES}

    def compare(self, vectors_BSD: tf.Tensor, features: Metrics) -> tuple[tf.Tensor, Metrics]:
        """The ranking loss, and P@1 of source to target within the global batch."""
        loss, metrics = self.ranking(vectors_BSD, self._sentences(features, "key"))
        return loss, {"loss": loss} | metrics

    def _sentences(self, features: Metrics, name: str) -> tf.Tensor:
        both = tf.stack([features[f"{side}_{name}"] for side in SIDES], axis=1)
        if not self.negatives:
            return both
        return tf.concat([both, features[f"negative_{name}"]], axis=1)
