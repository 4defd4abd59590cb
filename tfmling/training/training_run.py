"""Build everything that a training run needs from its settings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import keras
import tensorflow as tf

from tfmling.conversion.encoder_folder import build_encoder
from tfmling.core.config_errors import ConfigError
from tfmling.inputs.dataset import training_dataset
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import PretrainingHeads
from tfmling.objectives.build import build_objective
from tfmling.objectives.objective import TextObjective
from tfmling.training.adamw import AdamW
from tfmling.training.data_checks import check_data
from tfmling.training.optimizer import build_optimizer
from tfmling.training.retention import RetentionGuard
from tfmling.training.settings import Train
from tfmling.training.strategy import (
    build_strategy,
    check_batch_sizes,
    distribute,
    separate_dropout,
)
from tfmling.training.trainer import Trainer


@dataclass(frozen=True)
class TrainingRun:
    """All objects of one training run, at step 0.

    Attributes:
        settings: of the run.
        strategy: in whose scope everything else was created.
        step: global step, int64.
        encoder: the trained encoder, with LoRA if the settings ask for it.
        heads: pretraining heads, shared by all objectives.
        objectives: by task name.
        variables: weights that gradients update.
        guard: against forgetting.
        optimizer: with its slots.
    """

    settings: Train
    strategy: tf.distribute.Strategy
    step: tf.Variable
    encoder: Encoder
    heads: PretrainingHeads
    objectives: dict[str, TextObjective]
    variables: list[keras.Variable]
    guard: RetentionGuard
    optimizer: AdamW

    @property
    def all_variables(self) -> list[keras.Variable]:
        """Weights and random states of all objectives, without repetition, in creation order."""
        return _distinct(v for own in self.objectives.values() for v in own.variables)

    @property
    def is_chief(self) -> bool:
        """Whether this process is the chief worker, the only one that writes files."""
        return self.strategy.extended.should_checkpoint

    def separate_dropout(self) -> None:
        """Give each replica its own dropout; call it once, after weights are restored."""
        separate_dropout(self.strategy, self.encoder.variables)

    def build_trainer(self, stop: tf.Variable | None = None) -> Trainer:
        """A trainer that starts at `step`; setting the variable `stop` ends its loop early."""
        batches = task_datasets(self.settings, self.objectives, int(self.step.numpy()))
        return Trainer(
            strategy=self.strategy,
            tasks={t.name: (self.objectives[t.name], t.weight) for t in self.settings.tasks},
            datasets={
                task.name: distribute(
                    self.strategy, batches[task.name], task.inputs.global_batch_size
                )
                for task in self.settings.tasks
            },
            variables=self.variables,
            optimizer=self.optimizer,
            step=self.step,
            clip_norm=self.settings.optimizer.clip_norm,
            guard=self.guard,
            jit_compile=self.settings.runtime.jit_compile,
            stop=stop,
        )


def build_training_run(
    settings: Train, strategy: tf.distribute.Strategy | None = None
) -> TrainingRun:
    """Build encoder, objectives and optimizer; equal seeds give equal initial weights.

    Args:
        settings: of the run.
        strategy: built from the settings by default.

    Raises:
        ConfigError: settings contradict the encoder, the records or the devices.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.records import schemas, tfrecord
        >>> records = [schemas.sentence.encode("a b c", "sw")]
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", records)
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> encoder.vocabulary.write("vocab.txt")
        >>> inputs = dict(kind="sentences", records=["data"], max_length=8, global_batch_size=4)
        >>> task = {"name": "mlm", "kind": "masked_lm", "inputs": inputs}
        >>> sizes = {"num_layers": 1, "hidden_dim": 8, "num_heads": 2}
        >>> new = {"kind": "new", "vocabulary": "vocab.txt"} | sizes
        >>> run = build_training_run(Train(output="out", encoder=new, tasks=[task], steps=9))
        >>> list(run.objectives), int(run.step)
        (['mlm'], 0)
    """
    # collective ops need all workers connected first
    strategy = strategy or build_strategy(settings.runtime)
    check_batch_sizes(settings, strategy.num_replicas_in_sync)
    keras.utils.set_random_seed(settings.seed)
    with strategy.scope():
        dtype = settings.runtime.dtype
        encoder = build_encoder(settings.encoder, dtype=dtype, pooling=settings.pooling)
        if settings.retention.lora_rank is not None:
            encoder.enable_lora(settings.retention.lora_rank)
        step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
        heads = PretrainingHeads(encoder)
        objectives = {
            task.name: build_objective(task, encoder, heads, dtype, step) for task in settings.tasks
        }
        check_data(settings, objectives)
        variables = _trained_variables(settings.freeze, objectives)
        guard = RetentionGuard(settings.retention, encoder, variables)
        optimizer = build_optimizer(
            settings.optimizer,
            settings.steps,
            variables,
            undecayed_rows=guard.frozen_rows,
            ema_decay=settings.ema_decay,
        )
    return TrainingRun(
        settings, strategy, step, encoder, heads, objectives, variables, guard, optimizer
    )


def _trained_variables(
    patterns: Sequence[str], objectives: Mapping[str, TextObjective]
) -> list[keras.Variable]:
    """All trainable weights whose path matches no pattern.

    Raises:
        ConfigError: a pattern matches nothing, so it would silently freeze nothing.
    """
    trainable = _distinct(v for own in objectives.values() for v in own.trainable_variables)
    for pattern in patterns:
        if not any(re.search(pattern, v.path) for v in trainable):
            raise ConfigError(f"freeze: {pattern!r} matches none of the trainable weights")
    return [v for v in trainable if not any(re.search(pattern, v.path) for pattern in patterns)]


def _distinct(variables: Iterable[keras.Variable]) -> list[keras.Variable]:
    return list({id(variable): variable for variable in variables}.values())


def task_datasets(
    settings: Train, objectives: Mapping[str, TextObjective], first_batch: int = 0
) -> dict[str, tf.data.Dataset]:
    """Global batches of each task.

    Args:
        settings: of the run.
        objectives: by task name.
        first_batch: number of batches to skip, those of the steps done before a resume.
    """
    return {
        task.name: training_dataset(
            task.inputs,
            settings.batch_seed(number),
            lengths=objectives[task.name].lengths,
            prepare=objectives[task.name].prepare,
            pack=objectives[task.name].pack,
            first_batch=first_batch,
        )
        for number, task in enumerate(settings.tasks)
    }
