"""The dual encoder: one network reads both sides of a translation (LaBSE, 2007.01852)."""

import tensorflow as tf

from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.objective import Metrics, Objective
from tfmling.objectives.settings import DualEncoder
from tfmling.objectives.sides import pack_side, take_side, token_counts
from tfmling.objectives.translation_ranking import TranslationRanking
from tfmling.vocab.tokenizer import Tokenizer

SIDES = ("source", "target")


class DualEncoderObjective(Objective):
    """Translation ranking over the vectors of both sides."""

    def __init__(self, settings: DualEncoder, encoder: Encoder):
        super().__init__(encoder, settings.name)
        self.tokenizer = Tokenizer(encoder.vocabulary)
        self.ranking = TranslationRanking(settings.margin, settings.scale, settings.mask_duplicates)

    def lengths(self, texts: Texts) -> tf.Tensor:
        """The longer side's tokens, int32 [N]."""
        return tf.maximum(*(token_counts(self.tokenizer, texts[side]) for side in SIDES))

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """Both sides packed to [B, length]."""
        return pack_side(self.tokenizer, texts["source"], length, "source") | pack_side(
            self.tokenizer, texts["target"], length, "target"
        )

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """The ranking loss, and P@1 of source to target within the global batch."""
        source_BD, target_BD = self._embed_both(features, training)
        loss, found = self.ranking(
            source_BD, target_BD, features["source_key"], features["target_key"]
        )
        return loss, {"loss": loss, "p_at_1": found}

    def _embed_both(self, features: Metrics, training: bool) -> tuple[tf.Tensor, tf.Tensor]:
        # one call for both sides: larger products, half the launches
        both = {
            name: tf.concat([take_side(features, side)[name] for side in SIDES], axis=0)
            for name in take_side(features, "source")
        }
        source_BD, target_BD = tf.split(self.encoder.embed(both, training=training), 2)
        return source_BD, target_BD
