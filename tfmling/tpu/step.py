"""Trace the step of one replica from settings, without weights or records."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras_hub
import pydantic
import tensorflow as tf
from tensorflow.python.ops.resource_variable_ops import UninitializedVariable

from tfmling.conversion.encoder_folder import POLICIES
from tfmling.inputs.dataset import feature_spec
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import PretrainingHeads
from tfmling.objectives.alignment import AlignmentObjective
from tfmling.objectives.build import build_objective
from tfmling.objectives.distillation import DistillationObjective
from tfmling.objectives.objective import TextObjective
from tfmling.objectives.settings import Alignment, AnyTask, Distillation
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.tpu.settings import EncoderShape
from tfmling.tpu.stateless import StatelessFunction
from tfmling.training.optimizer import build_optimizer
from tfmling.training.settings import Optimizer, OptimizerKind
from tfmling.training.trainer import Trainer

STEPS = 1000  # of the schedule; the program is the same for any number
PARTS = 4  # of a batch, for gradient caching and gradient accumulation
VOCABULARY_CHUNKS = 15
NEGATIVES = 2

_TASK: pydantic.TypeAdapter[AnyTask] = pydantic.TypeAdapter(AnyTask)


def build_task(name: str, shape: EncoderShape) -> AnyTask:
    """Settings of an objective, with all its features, at the sizes of a shape.

    Args:
        name: one of `ObjectiveName`.
        shape: its `batch_size` becomes the global batch size.

    Example:
        >>> shape = EncoderShape(vocabulary_size=30_000, batch_size=8, max_length=64)
        >>> task = build_task("translation_lm", shape)
        >>> task.kind, task.inputs.kind, task.inputs.global_batch_size
        ('masked_lm', 'sentence_pairs', 8)
    """
    values, kind = _task_values(shape)[name]
    inputs = {
        "kind": kind,
        "records": ["none"],  # not read
        "max_length": shape.max_length,
        "global_batch_size": shape.batch_size,
        "negatives": NEGATIVES if kind == "hard_negatives" else 0,
    }
    values = {"name": "task", **values, "inputs": inputs}
    return _TASK.validate_python(values, context={"check_inputs": False})


def _task_values(shape: EncoderShape) -> dict[str, tuple[dict[str, Any], str]]:
    """Settings and record kind of each objective, by name."""
    masked: dict[str, Any] = {"kind": "masked_lm", "max_predictions": shape.max_predictions}
    parts = {
        "gradient_accumulation_steps": min(PARTS, shape.batch_size),
        "vocabulary_chunk": max(shape.vocabulary_size // VOCABULARY_CHUNKS, 1),
    }
    dual: dict[str, Any] = {"kind": "dual_encoder", "margin_warmup_steps": 100}
    cached = {
        "gradient_cache_batch_size": max(shape.batch_size // PARTS, 1),
        "matryoshka_dims": {shape.hidden_dim // 4: 0.5, shape.hidden_dim // 2: 1.0},
        "scale_bounds": [1.0, 100.0],
    }
    distillation = {
        "kind": "distillation",
        "teacher": "none",
        "student_sides": ["source", "target"],
        "ranking": {"margin": 0.1, "scale": 10.0},
    }
    return {
        "masked_lm": (masked, "sentences"),
        "masked_lm_parts": (masked | parts, "sentences"),
        "translation_lm": (masked, "sentence_pairs"),
        "next_sentence": (masked | {"next_sentence": True}, "segment_pairs"),
        "dual_encoder": (dual, "sentence_pairs"),
        "dual_encoder_cached": (dual | cached, "hard_negatives"),
        "distillation": (distillation, "sentence_pairs"),
        "alignment": ({"kind": "alignment"}, "aligned_pairs"),
    }


def trace_step(
    shape: EncoderShape, task: AnyTask, dtype: str, optimizer: OptimizerKind = "adamw"
) -> StatelessFunction:
    """Trace forward and backward pass, clipping and optimizer of one replica, for one task.

    Args:
        shape: of the encoder, and of a teacher.
        task: its `global_batch_size` is that of the replica.
        dtype: `float32` or `bfloat16`.
        optimizer: with warm-up and layer-wise learning rates.

    Raises:
        ValueError: a shape is not static, or sizes contradict each other.
    """
    with abstract_variables():
        step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
        encoder = build_shaped_encoder(shape, dtype)
        objective = _build_objective(task, encoder, shape, dtype, step)
        trainer = build_trainer(objective, step, optimizer)
    spec = feature_spec(task.inputs, objective.prepare, objective.pack)
    return trace(trainer.replica_step, {"task": spec}, optimizer_slots(trainer))


def trace(step: object, spec: object, slots: Sequence[tf.Variable] = ()) -> StatelessFunction:
    """Trace a function for inputs of `spec`; its variables and `slots` become inputs.

    Example:
        >>> step = trace(lambda numbers: 2.0 * numbers, tf.TensorSpec([3]))
        >>> step.specs
        [TensorSpec(shape=(3,), dtype=tf.float32, name=None)]
    """
    function = tf.function(step, autograph=False)
    return StatelessFunction(function.get_concrete_function(spec), slots)


def optimizer_slots(trainer: Trainer) -> list[tf.Variable]:
    """All variables of the optimizer."""
    return [variable.value for variable in trainer.optimizer.variables]


def build_trainer(
    objective: TextObjective, step: tf.Variable, optimizer: OptimizerKind = "adamw"
) -> Trainer:
    """The trainer of `tfmling train` for one task on a single replica, without data.

    Example:
        >>> shape = EncoderShape(vocabulary_size=37, batch_size=2, max_length=8)
        >>> task, step = build_task("masked_lm", shape), tf.Variable(0, dtype=tf.int64)
        >>> objective = build_objective(task, encoder, PretrainingHeads(encoder), "float32")
        >>> build_trainer(objective, step, "lamb").tasks["task"][0] is objective
        True
    """
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


def build_shaped_encoder(shape: EncoderShape, dtype: str) -> Encoder:
    """A BERT encoder of the given shape, with a placeholder vocabulary.

    Example:
        >>> sizes = {"vocabulary_size": 9, "num_layers": 1, "hidden_dim": 8, "num_heads": 2}
        >>> shape = EncoderShape(**sizes, batch_size=2, max_length=4)
        >>> build_shaped_encoder(shape, "float32").embedding_dim
        8
    """
    sizes = shape.model_dump(exclude={"batch_size", "max_length", "max_predictions"})
    backbone = keras_hub.models.BertBackbone(**sizes, dropout=0.1, dtype=POLICIES[dtype])
    placeholders = (f"piece{n}" for n in range(shape.vocabulary_size - len(SPECIAL_PIECES)))
    return Encoder(backbone, WordPieceVocabulary((*SPECIAL_PIECES, *placeholders), lowercase=False))


def _build_objective(
    task: AnyTask, encoder: Encoder, shape: EncoderShape, dtype: str, step: tf.Variable
) -> TextObjective:
    # second encoders cannot be read from a folder, nor copied without values
    if isinstance(task, Alignment):
        return AlignmentObjective(task, encoder, build_shaped_encoder(shape, dtype))
    if isinstance(task, Distillation):
        return DistillationObjective(task, encoder, build_shaped_encoder(shape, dtype), step)
    return build_objective(task, encoder, PretrainingHeads(encoder), dtype, step)


@contextlib.contextmanager
def abstract_variables() -> Iterator[None]:
    """Create variables that have a shape and a dtype, but no value and no memory.

    Models built in this context can be traced, but not run.

    Example:
        >>> with abstract_variables():
        ...     table = tf.Variable(lambda: tf.zeros([10**6, 10**4]))  # would be 40 GB
        >>> table.shape
        TensorShape([1000000, 10000])
    """
    with tf.variable_creator_scope(_create_abstract):
        yield


def _create_abstract(_: Callable[..., tf.Variable], **arguments: object) -> tf.Variable:
    spec = _initial_spec(arguments["initial_value"], arguments.get("dtype"))
    return UninitializedVariable(
        shape=spec.shape,
        dtype=spec.dtype,
        trainable=arguments.get("trainable"),
        name=arguments.get("name"),
    )


def _initial_spec(initial_value: object, dtype: tf.DType | None) -> tf.TensorSpec:
    if not callable(initial_value):
        return tf.TensorSpec.from_tensor(tf.convert_to_tensor(initial_value, dtype=dtype))
    with tf.Graph().as_default():  # runs no initializer; only its shape is needed
        return tf.TensorSpec.from_tensor(tf.convert_to_tensor(initial_value(), dtype=dtype))
