"""Dual encoder: one network embeds both sides of a translation (LaBSE, 2007.01852).

Shapes: B pairs on this replica, S sentences of each (source, target, K hard negatives), L length.
"""

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.gradient_cache import EmbeddingObjective
from tfmling.objectives.objective import Metrics
from tfmling.objectives.sentence_features import NAMES, pack_negatives, pack_sentences, token_counts
from tfmling.objectives.settings import DualEncoder
from tfmling.objectives.translation_ranking import TranslationRanking
from tfmling.tokenizers.build_tokenizer import build_tokenizer

SIDES = ("source", "target")


class DualEncoderObjective(EmbeddingObjective):
    """Translation ranking with in-batch negatives and, optionally, hard negatives.

    Args:
        settings: of the task.
        encoder: the trained encoder.
        step: global step, for a margin warm-up.

    Example:
        >>> pairs = {"kind": "sentence_pairs", "records": [folder], "global_batch_size": 2}
        >>> task = DualEncoder(name="dual", kind="dual_encoder", inputs=pairs)
        >>> objective = DualEncoderObjective(task, encoder)
        >>> texts = {"source": tf.constant(["a", "b"]), "target": tf.constant(["c d", "e f g"])}
        >>> objective.lengths(texts).numpy().tolist()
        [4, 5]
    """

    def __init__(self, settings: DualEncoder, encoder: Encoder, step: tf.Variable | None = None):
        super().__init__(encoder, settings.name, settings.gradient_cache_batch_size)
        self.negatives = settings.inputs.negatives
        self.sentences = len(SIDES) + self.negatives
        self.tokenizer = build_tokenizer(encoder.vocabulary)
        self.ranking = TranslationRanking(settings, step, settings.matryoshka_dims)

    def lengths(self, texts: Texts) -> tf.Tensor:
        """Tokens of the longer side, int32 [N]; longer hard negatives are truncated."""
        return tf.maximum(*(token_counts(self.tokenizer, texts[side]) for side in SIDES))

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Features:
        """Both sides padded to [B, length], hard negatives to [B, K, length]."""
        features: Features = {}
        for side in SIDES:
            features |= pack_sentences(self.tokenizer, texts[side], length, side)
        if self.negatives:
            features |= pack_negatives(self.tokenizer, texts["negatives"], length)
        return features

    def encoder_inputs(self, features: Features) -> Features:
        """All sentences of each pair, so that one call of the encoder embeds them."""
        return {name: self._stack_sentences(features, name) for name in NAMES}

    def compare(self, vectors_BSD: tf.Tensor, features: Features) -> tuple[tf.Tensor, Metrics]:
        """The ranking loss, and P@1 from source to target within the global batch."""
        loss, metrics = self.ranking(vectors_BSD, self._stack_sentences(features, "key"))
        return loss, {"loss": loss} | metrics | self.ranking.schedules()

    def _stack_sentences(self, features: Features, name: str) -> tf.Tensor:
        both = tf.stack([features[f"{side}_{name}"] for side in SIDES], axis=1)
        if not self.negatives:
            return both
        return tf.concat([both, features[f"negative_{name}"]], axis=1)
