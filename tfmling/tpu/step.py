"""The step that one replica runs, traced from settings without weights or records."""

from collections.abc import Sequence

import keras_hub
import tensorflow as tf

from tfmling.conversion.encoder_folder import POLICIES
from tfmling.inputs.dataset import feature_spec
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.pretraining_heads import PretrainingHeads
from tfmling.objectives.alignment import AlignmentObjective
from tfmling.objectives.build import build_objective
from tfmling.objectives.distillation import DistillationObjective
from tfmling.objectives.settings import Alignment, AnyTask, Distillation
from tfmling.objectives.text_objective import TextObjective
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.tpu.abstract_variables import abstract_variables
from tfmling.tpu.settings import EncoderShape
from tfmling.tpu.stateless import Stateless
from tfmling.training.optimizer import build_optimizer
from tfmling.training.settings import Optimizer, OptimizerKind
from tfmling.training.trainer import Trainer

STEPS = 1000  # of the schedule, which is the same program for any number


def trace_step(
    shape: EncoderShape, task: AnyTask, dtype: str, optimizer: OptimizerKind = "adamw"
) -> Stateless:
    """Forward, backward, clipping and optimizer of one replica, for one task.

    Args:
        shape: of the encoder, and of the teacher where there is one.
        task: its `global_batch_size` is what the replica gets.
        dtype: `float32` or `bfloat16`.
        optimizer: with warm-up and layer-wise rates.

    Raises:
        ValueError: a shape that is not static, or sizes that do not go together.
    """
    with abstract_variables():
        step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
        encoder = new_encoder(shape, dtype)
        trainer = build_trainer(_objective(task, encoder, shape, dtype, step), step, optimizer)
    objective = trainer.tasks["task"][0]
    spec = feature_spec(task.inputs, objective.prepare, objective.pack)
    return trace(trainer.replica_step, {"task": spec}, slots_of(trainer))


def trace(step: object, spec: object, slots: Sequence[tf.Variable] = ()) -> Stateless:
    """A step traced for inputs of `spec`, its variables, the optimizer's too, made inputs."""
    function = tf.function(step, autograph=False)
    return Stateless(function.get_concrete_function(spec), slots)


def slots_of(trainer: Trainer) -> list[tf.Variable]:
    """What the optimizer keeps of each weight."""
    return [variable.value for variable in trainer.optimizer.variables]


def build_trainer(
    objective: TextObjective, step: tf.Variable, optimizer: OptimizerKind = "adamw"
) -> Trainer:
    """One task under the trainer that `tfmling train` uses, on a single replica."""
    variables = objective.trainable_variables
    settings = Optimizer(kind=optimizer, warmup_steps=100, layerwise_lr_decay=0.9)
    return Trainer(
        strategy=tf.distribute.get_strategy(),
        tasks={"task": (objective, 1.0)},
        datasets={},
        variables=variables,
        optimizer=build_optimizer(settings, STEPS, variables),
        step=step,
        clip_norm=settings.clip_norm,
        jit_compile=True,
    )


def new_encoder(shape: EncoderShape, dtype: str) -> Encoder:
    """A BERT encoder with as many pieces as the shape says, whose names mean nothing."""
    sizes = shape.model_dump(exclude={"batch_size", "max_length", "max_predictions"})
    backbone = keras_hub.models.BertBackbone(**sizes, dropout=0.1, dtype=POLICIES[dtype])
    return Encoder(backbone, WordPieceVocabulary(_pieces(shape.vocabulary_size), lowercase=False))


def _pieces(count: int) -> tuple[str, ...]:
    return (*SPECIAL_PIECES, *(f"piece{n}" for n in range(count - len(SPECIAL_PIECES))))


def _objective(
    task: AnyTask, encoder: Encoder, shape: EncoderShape, dtype: str, step: tf.Variable
) -> TextObjective:
    # other encoders would be read from a folder, or copied where there are no values
    if isinstance(task, Alignment):
        return AlignmentObjective(task, encoder, new_encoder(shape, dtype))
    if isinstance(task, Distillation):
        return DistillationObjective(task, encoder, new_encoder(shape, dtype), step)
    return build_objective(task, encoder, PretrainingHeads(encoder), dtype, step)
