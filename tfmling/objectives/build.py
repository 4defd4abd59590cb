"""Build an objective from the settings of a task."""

import tensorflow as tf

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core.config_errors import ConfigError
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import PretrainingHeads
from tfmling.objectives.alignment import AlignmentObjective
from tfmling.objectives.distillation import DistillationObjective
from tfmling.objectives.dual_encoder import DualEncoderObjective
from tfmling.objectives.masked_lm import MaskedLMObjective
from tfmling.objectives.objective import TextObjective
from tfmling.objectives.settings import Alignment, AnyTask, DualEncoder, MaskedLM


def build_objective(
    settings: AnyTask,
    encoder: Encoder,
    heads: PretrainingHeads,
    dtype: str,
    step: tf.Variable | None = None,
) -> TextObjective:
    """Build the objective of a task, with its variables in the current strategy scope.

    Args:
        settings: of the task.
        encoder: the trained encoder.
        heads: of the encoder, shared by all tasks of a run.
        dtype: of a teacher's computations.
        step: global step, for schedules.

    Raises:
        ConfigError: texts are longer than an encoder's maximum, a teacher's embeddings have
            another width, or a Matryoshka width is not below the encoder's.

    Example:
        >>> pairs = dict(kind="sentence_pairs", records=[folder], max_length=9, global_batch_size=4)
        >>> task = DualEncoder(name="dual", kind="dual_encoder", inputs=pairs)
        >>> build_objective(task, encoder, PretrainingHeads(encoder), "float32").name
        'dual'
    """
    _check_length(settings, encoder, "encoder")
    if isinstance(settings, MaskedLM):
        return MaskedLMObjective(settings, encoder, heads)
    if isinstance(settings, DualEncoder):
        width = encoder.embedding_dim
        if too_wide := [dim for dim in settings.matryoshka_dims if not 0 < dim < width]:
            raise ConfigError(
                f"tasks.{settings.name}.matryoshka_dims: expected widths from 1 to {width - 1}, "
                f"below the encoder's {width}, got {too_wide}"
            )
        return DualEncoderObjective(settings, encoder, step)
    if isinstance(settings, Alignment):
        return AlignmentObjective(settings, encoder, encoder.frozen_copy())
    teacher = load_encoder(settings.teacher, dtype=dtype, dropout=0.0)
    _check_length(settings, teacher, "teacher")
    if teacher.embedding_dim != encoder.embedding_dim:
        raise ConfigError(
            f"tasks.{settings.name}.teacher: expected embeddings of width {encoder.embedding_dim}, "
            f"the encoder's, got {teacher.embedding_dim} from {settings.teacher}"
        )
    return DistillationObjective(settings, encoder, teacher, step)


def _check_length(settings: AnyTask, encoder: Encoder, name: str) -> None:
    longest = encoder.max_sequence_length
    if settings.inputs.max_length > longest:
        raise ConfigError(
            f"tasks.{settings.name}.inputs.max_length: expected at most {longest}, the number of "
            f"positions of the {name}, got {settings.inputs.max_length}"
        )
