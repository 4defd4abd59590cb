"""A student's sentence vectors drawn to those of a frozen teacher (2004.09813).

For a pair the teacher reads the source (its own language) and the student either side; for single
sentences both read the same text, which keeps the student's old language where it was.
"""

import tensorflow as tf

from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.objective import Metrics
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.objectives.settings import Distillation
from tfmling.objectives.sides import pack_side, take_side, token_counts
from tfmling.objectives.text_objective import TextObjective
from tfmling.objectives.translation_ranking import TranslationRanking
from tfmling.tokenizers.build_tokenizer import build_tokenizer


class DistillationObjective(TextObjective):
    """Squared distance to the teacher's vectors and, by setting, ranking among them."""

    def __init__(
        self,
        settings: Distillation,
        encoder: Encoder,
        teacher: Encoder,
        step: tf.Variable | None = None,
    ):
        super().__init__(encoder, settings.name)
        self.settings = settings
        self.teacher = teacher
        self.teacher.trainable = False
        self.tokenizer = build_tokenizer(encoder.vocabulary)
        self.teacher_tokenizer = build_tokenizer(teacher.vocabulary)
        self.teacher_text = "text" if settings.inputs.kind == "sentences" else "source"
        self.ranking = TranslationRanking(settings.ranking, step) if settings.ranking else None

    def lengths(self, texts: Texts) -> tf.Tensor:
        """The longest of the teacher's and the student's readings, int32 [N]."""
        counts = [token_counts(self.teacher_tokenizer, texts[self.teacher_text])]
        counts += [token_counts(self.tokenizer, texts[side]) for side in self._sides]
        return tf.reduce_max(tf.stack(counts), axis=0)

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Metrics:
        """The teacher's text and the student's sides, packed to [B, length]."""
        features = pack_side(self.teacher_tokenizer, texts[self.teacher_text], length, "teacher")
        for side in self._sides:
            features |= pack_side(self.tokenizer, texts[side], length, side)
        return features

    def call(self, features: Metrics, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """The weighted sum over the student's sides."""
        teacher_BD = tf.stop_gradient(self.teacher.embed(take_side(features, "teacher")))
        metrics: Metrics = {}
        losses = []
        for side in self._sides:
            student_BD = self.encoder.embed(take_side(features, side), training=training)
            losses.append(self._side_loss(side, student_BD, teacher_BD, features, metrics))
        loss = tf.add_n(losses)
        state = self.ranking.state() if self.ranking else {}
        return loss, {"loss": loss} | metrics | state

    @property
    def _sides(self) -> list[str]:
        return list(self.settings.student_sides)

    def _side_loss(
        self,
        side: str,
        student_BD: tf.Tensor,
        teacher_BD: tf.Tensor,
        features: Metrics,
        metrics: Metrics,
    ) -> tf.Tensor:
        size = tf.cast(tf.shape(student_BD)[0], tf.float32)
        share = tf.stop_gradient(sum_over_replicas(size))
        cosine = tf.reduce_sum(student_BD * teacher_BD) / share
        metrics[f"{side}_cosine"] = cosine
        # of vectors of length one: |s - t|^2 = 2 - 2 cos
        loss = self.settings.squared_error * 2.0 * (size / share - cosine)
        if self.ranking is None:
            return loss
        keys = [features[f"{side}_key"], features["teacher_key"]]
        ranked, metrics[f"{side}_p_at_1"] = self.ranking(
            tf.stack([student_BD, teacher_BD], axis=1), tf.stack(keys, axis=1)
        )
        return loss + ranked
