"""A training put together: what a whole run, a dry run and their tests begin with."""

from dataclasses import dataclass

import keras
import tensorflow as tf

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.pretraining_heads import PretrainingHeads
from tfmling.objectives.text_objective import TextObjective
from tfmling.training.data_checks import check_data
from tfmling.training.optimizer import build_optimizer
from tfmling.training.parts import (
    all_variables,
    build_objectives,
    build_trained_encoder,
    distributed_datasets,
    trained_variables,
)
from tfmling.training.replica_dropout import separate_dropout
from tfmling.training.retention_guard import RetentionGuard
from tfmling.training.scaled_adamw import ScaledAdamW
from tfmling.training.settings import Train
from tfmling.training.strategy import build_strategy, check_batches
from tfmling.training.trainer import Trainer


@dataclass(frozen=True)
class Assembly:
    """What the settings of a training name, built and at step 0.

    Attributes:
        settings: of the training.
        strategy: where the replicas are; the rest was made in its scope.
        step: counts the steps, int64.
        encoder: what is trained, with adapters where the settings ask for them.
        heads: of the encoder, which all objectives share.
        objectives: by task.
        variables: what the gradient changes.
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
    optimizer: ScaledAdamW

    @property
    def all_variables(self) -> list[keras.Variable]:
        """Weights and random states of all objectives, each once, in the order of creation."""
        return all_variables(self.objectives)

    @property
    def is_chief(self) -> bool:
        """Whether this process is the one that writes; true where there is one only."""
        return self.strategy.extended.should_checkpoint

    def separate_dropout(self) -> None:
        """Gives each replica random streams of its own; once, after all that restores weights."""
        separate_dropout(self.strategy, self.encoder.variables)

    def build_trainer(self, stop: tf.Variable | None = None) -> Trainer:
        """The trainer of the steps from `step` on; `stop` ends its loops early."""
        first = int(self.step.numpy())
        return Trainer(
            strategy=self.strategy,
            tasks={t.name: (self.objectives[t.name], t.weight) for t in self.settings.tasks},
            datasets=distributed_datasets(self.settings, self.strategy, self.objectives, first),
            variables=self.variables,
            optimizer=self.optimizer,
            step=self.step,
            clip_norm=self.settings.optimizer.clip_norm,
            guard=self.guard,
            jit_compile=self.settings.runtime.jit_compile,
            stop=stop,
        )


def assemble(settings: Train, strategy: tf.distribute.Strategy | None = None) -> Assembly:
    """Builds all that a training needs; the settings' seed makes it the same each time.

    Args:
        settings: of the training.
        strategy: that they name; None builds it.

    Raises:
        ConfigError: settings that do not go with what they name, or with the devices.
    """
    # collective operations need all workers connected before anything is computed
    strategy = strategy or build_strategy(settings.runtime)
    check_batches(settings, strategy.num_replicas_in_sync)
    keras.utils.set_random_seed(settings.seed)
    with strategy.scope():
        encoder = build_trained_encoder(settings)
        step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
        heads = PretrainingHeads(encoder)
        objectives = build_objectives(settings, encoder, heads, step)
        check_data(settings, objectives)
        variables = trained_variables(settings, objectives)
        guard = RetentionGuard(settings.retention, encoder, variables)
        optimizer = build_optimizer(
            settings.optimizer,
            settings.steps,
            variables,
            undecayed_rows=guard.frozen_rows,
            ema_decay=settings.ema_decay,
        )
    return Assembly(
        settings, strategy, step, encoder, heads, objectives, variables, guard, optimizer
    )
