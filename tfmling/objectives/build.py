"""An objective from the settings of a task."""

import tensorflow as tf

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core.config_errors import ConfigError
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.frozen_copy import frozen_copy
from tfmling.modeling.pretraining_heads import PretrainingHeads
from tfmling.objectives.alignment import AlignmentObjective
from tfmling.objectives.distillation import DistillationObjective
from tfmling.objectives.dual_encoder import DualEncoderObjective
from tfmling.objectives.masked_lm import MaskedLMObjective
from tfmling.objectives.settings import (
    Alignment,
    AnyTask,
    Distillation,
    DualEncoder,
    MaskedLM,
)
from tfmling.objectives.text_objective import TextObjective


def build_objective(
    settings: AnyTask,
    encoder: Encoder,
    heads: PretrainingHeads,
    dtype: str,
    step: tf.Variable | None = None,
) -> TextObjective:
    """The objective that a task's settings name, its variables made in the current scope.

    Args:
        settings: of the task.
        encoder: what is trained.
        heads: of the encoder; all tasks of a training are given the same.
        dtype: in which a teacher computes.
        step: counts the training's steps, for what changes in its course.

    Raises:
        ConfigError: texts longer than an encoder reads, or a teacher whose vectors are of another
            width.
    """
    _check_length(settings, encoder, "encoder")
    if isinstance(settings, MaskedLM):
        return MaskedLMObjective(settings, encoder, heads)
    if isinstance(settings, DualEncoder):
        return DualEncoderObjective(settings, encoder, step)
    if isinstance(settings, Alignment):
        return AlignmentObjective(settings, encoder, frozen_copy(encoder))
    teacher = load_encoder(settings.teacher, dtype=dtype, dropout=0.0)
    _check_length(settings, teacher, "teacher")
    _check_width(settings, encoder, teacher)
    return DistillationObjective(settings, encoder, teacher, step)


def _check_length(settings: AnyTask, reader: Encoder, name: str) -> None:
    longest = reader.max_sequence_length
    if settings.inputs.max_length > longest:
        raise ConfigError(
            f"tasks.{settings.name}.inputs.max_length: expected at most {longest}, for which the "
            f"{name} has positions, got {settings.inputs.max_length}"
        )


def _check_width(settings: Distillation, encoder: Encoder, teacher: Encoder) -> None:
    if teacher.embedding_dim != encoder.embedding_dim:
        raise ConfigError(
            f"tasks.{settings.name}.teacher: expected vectors of {encoder.embedding_dim} numbers, "
            f"as the encoder's, got {teacher.embedding_dim} from {settings.teacher}"
        )
