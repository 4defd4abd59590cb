"""What a training is put together from: encoder, objectives, weights, batches."""

import re

import keras
import tensorflow as tf

from tfmling.conversion.build import build_encoder
from tfmling.core.config_errors import ConfigError
from tfmling.inputs.dataset import training_dataset
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.lora import enable_lora
from tfmling.modeling.pretraining_heads import PretrainingHeads
from tfmling.objectives.build import build_objective
from tfmling.objectives.text_objective import TextObjective
from tfmling.training.broken_batch import task_seed
from tfmling.training.settings import Train
from tfmling.training.strategy import distribute


def build_trained_encoder(settings: Train) -> Encoder:
    """The encoder that the settings name, with adapters where they ask for them."""
    encoder = build_encoder(
        settings.encoder, dtype=settings.runtime.dtype, pooling=settings.pooling
    )
    if settings.retention.lora_rank is not None:
        enable_lora(encoder, settings.retention.lora_rank)
    return encoder


def build_objectives(
    settings: Train, encoder: Encoder, heads: PretrainingHeads, step: tf.Variable
) -> dict[str, TextObjective]:
    """The objective of each task by name; `step` counts the training's steps."""
    dtype = settings.runtime.dtype
    return {
        task.name: build_objective(task, encoder, heads, dtype, step) for task in settings.tasks
    }


def trained_variables(
    settings: Train, objectives: dict[str, TextObjective]
) -> list[keras.Variable]:
    """What the gradient changes: every trainable weight that no `freeze` pattern finds.

    Raises:
        ConfigError: a pattern finds nothing (it would freeze nothing unseen).
    """
    found: dict[int, keras.Variable] = {}
    for objective in objectives.values():
        found |= {id(v): v for v in objective.trainable_variables}
    for pattern in settings.freeze:
        if not any(re.search(pattern, v.path) for v in found.values()):
            raise ConfigError(f"freeze: {pattern!r} finds none of the trainable weights")
    frozen = "|".join(f"(?:{pattern})" for pattern in settings.freeze)
    return [v for v in found.values() if not (frozen and re.search(frozen, v.path))]


def all_variables(objectives: dict[str, TextObjective]) -> list[keras.Variable]:
    """Weights and random states of all objectives, each once, in the order of creation."""
    found: dict[int, keras.Variable] = {}
    for objective in objectives.values():
        found |= {id(v): v for v in objective.variables}
    return list(found.values())


def task_datasets(
    settings: Train, objectives: dict[str, TextObjective], first: int = 0
) -> dict[str, tf.data.Dataset]:
    """Each task's global batches, beginning with number `first`."""
    return {
        task.name: training_dataset(
            task.inputs,
            task_seed(settings, number),
            lengths=objectives[task.name].lengths,
            prepare=objectives[task.name].prepare,
            pack=objectives[task.name].pack,
            first_batch=first,
        )
        for number, task in enumerate(settings.tasks)
    }


def distributed_datasets(
    settings: Train,
    strategy: tf.distribute.Strategy,
    objectives: dict[str, TextObjective],
    first: int,
) -> dict[str, object]:
    """Each task's batches, beginning with number `first`, divided among the replicas."""
    batches = task_datasets(settings, objectives, first)
    return {
        task.name: distribute(strategy, batches[task.name], task.inputs.global_batch_size)
        for task in settings.tasks
    }
