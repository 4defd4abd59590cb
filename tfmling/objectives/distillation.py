"""Distil a frozen teacher's sentence embeddings (Reimers and Gurevych 2020, 2004.09813).

For pairs, the teacher reads the source, in a language that it knows, and the student either side.
For single sentences, both read the same text, so that the student keeps its old language.
"""

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.inputs.text_batches import Texts
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.objective import Metrics, TextObjective
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.objectives.sentence_features import pack_sentences, select_side, token_counts
from tfmling.objectives.settings import Distillation
from tfmling.objectives.translation_ranking import TranslationRanking
from tfmling.tokenizers.build_tokenizer import build_tokenizer


class DistillationObjective(TextObjective):
    """Squared distance to the teacher's embeddings and, optionally, ranking among them.

    Args:
        settings: of the task.
        encoder: the student.
        teacher: an encoder with embeddings of the same width; it is frozen.
        step: global step, for a margin warm-up.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 1}
        >>> values = {"teacher": folder, "student_sides": ["text"], "inputs": inputs}
        >>> task = Distillation(name="distil", kind="distillation", **values)
        >>> objective = DistillationObjective(task, encoder, teacher=encoder.frozen_copy())
        >>> features = objective.prepare({"text": tf.constant(["a b"])}, tf.constant([1, 2]), 4)
        >>> abs(float(objective(features)[0])) < 1e-6  # the student still equals its teacher
        True
    """

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
        """The largest token count among the teacher's and the student's inputs, int32 [N]."""
        counts = [token_counts(self.teacher_tokenizer, texts[self.teacher_text])]
        counts += [token_counts(self.tokenizer, texts[s]) for s in self.settings.student_sides]
        return tf.reduce_max(tf.stack(counts), axis=0)

    def prepare(self, texts: Texts, seed: tf.Tensor, length: "tf.Tensor | int") -> Features:
        """The teacher's text and the student's sides, padded to [B, length]."""
        teacher_text = texts[self.teacher_text]
        features = pack_sentences(self.teacher_tokenizer, teacher_text, length, "teacher")
        for side in self.settings.student_sides:
            features |= pack_sentences(self.tokenizer, texts[side], length, side)
        return features

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """The weighted loss, summed over the student's sides."""
        teacher_BD = tf.stop_gradient(self.teacher.embed(select_side(features, "teacher")))
        metrics: Metrics = {}
        losses = []
        for side in self.settings.student_sides:
            student_BD = self.encoder.embed(select_side(features, side), training=training)
            losses.append(self._side_loss(side, student_BD, teacher_BD, features, metrics))
        loss = tf.add_n(losses)
        schedules = self.ranking.schedules() if self.ranking else {}
        return loss, {"loss": loss} | metrics | schedules

    def _side_loss(
        self,
        side: str,
        student_BD: tf.Tensor,
        teacher_BD: tf.Tensor,
        features: Features,
        metrics: Metrics,
    ) -> tf.Tensor:
        """The loss of one side; adds its metrics."""
        size = tf.cast(tf.shape(student_BD)[0], tf.float32)
        global_size = tf.stop_gradient(sum_over_replicas(size))
        cosine = tf.reduce_sum(student_BD * teacher_BD) / global_size
        metrics[f"{side}_cosine"] = cosine
        # for unit vectors, |s - t|^2 = 2 - 2 cos
        loss = self.settings.squared_error * 2.0 * (size / global_size - cosine)
        if self.ranking is None:
            return loss
        keys = [features[f"{side}_key"], features["teacher_key"]]
        ranking_loss, ranking_metrics = self.ranking(
            tf.stack([student_BD, teacher_BD], axis=1), tf.stack(keys, axis=1)
        )
        metrics[f"{side}_p_at_1"] = ranking_metrics["p_at_1"]
        return loss + ranking_loss
