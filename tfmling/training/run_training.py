"""A whole training: from settings to an encoder folder."""

import contextlib
import shutil
import sys
from pathlib import Path

import keras
import orbit
import tensorflow as tf

from tfmling import config, files
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.encoder_folder import save_encoder
from tfmling.modeling.heads import read_weights
from tfmling.objectives.masked_lm import MaskedLMObjective
from tfmling.objectives.objective import Objective
from tfmling.training.broken_batch import save_broken_batches
from tfmling.training.checkpoints import (
    build_manager,
    remove_running_folders,
    restore_or_save_first,
    running_folder,
)
from tfmling.training.monitor import Monitor
from tfmling.training.optimizer import build_optimizer
from tfmling.training.parts import (
    all_variables,
    build_objectives,
    build_trained_encoder,
    distributed_datasets,
    trained_variables,
)
from tfmling.training.progress import NotFiniteError, Progress
from tfmling.training.replica_dropout import separate_dropout
from tfmling.training.retention_guard import RetentionGuard
from tfmling.training.settings import Train
from tfmling.training.strategy import build_strategy
from tfmling.training.take_over import take_over
from tfmling.training.trainer import Trainer


def run_training(settings: Train) -> None:
    """Trains and publishes `settings.output`; goes on from checkpoints of a broken run."""
    keras.utils.set_random_seed(settings.seed)
    strategy = build_strategy(settings.runtime)
    folder = running_folder(settings)
    Path(folder).mkdir(parents=True, exist_ok=True)
    with strategy.scope():
        encoder = build_trained_encoder(settings)
        step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
        objectives = build_objectives(settings, encoder, step)
        variables = trained_variables(settings, objectives)
        guard = RetentionGuard(settings.retention, encoder, variables)
        optimizer = build_optimizer(
            settings.optimizer, settings.steps, variables, undecayed=guard.undecayed
        )
        everything = all_variables(objectives)
        vocabulary = encoder.vocabulary
        manager = build_manager(settings, folder, step, everything, optimizer, vocabulary)
        if settings.continue_from is not None and manager.latest_checkpoint is None:
            take_over(settings.continue_from, vocabulary, step, everything, optimizer.variables)
        restore_or_save_first(manager)
    separate_dropout(strategy, encoder.variables)
    _announce(settings, strategy, variables, int(step.numpy()) or None)
    trainer = Trainer(
        strategy=strategy,
        tasks={task.name: (objectives[task.name], task.weight) for task in settings.tasks},
        datasets=distributed_datasets(settings, strategy, objectives, int(step.numpy())),
        variables=variables,
        optimizer=optimizer,
        step=step,
        clip_norm=settings.optimizer.clip_norm,
        guard=guard,
        jit_compile=settings.runtime.jit_compile,
    )
    monitor = _build_monitor(settings, encoder, folder)
    try:
        _loop(settings, strategy, trainer, manager, monitor, folder)
    except NotFiniteError as error:
        kept = save_broken_batches(settings, objectives, trainer.broken_step, folder)
        raise NotFiniteError(
            f"{error} The texts of step {trainer.broken_step} are in {kept}"
        ) from error
    _publish(settings, encoder, objectives, folder)


def _build_monitor(settings: Train, encoder: Encoder, folder: str) -> Monitor | None:
    if settings.monitor is None:
        return None
    return Monitor(settings.monitor, encoder, f"{folder}/tensorboard/monitor")


def _announce(
    settings: Train,
    strategy: tf.distribute.Strategy,
    variables: list[keras.Variable],
    resumed_at: int | None,
) -> None:
    count = sum(int(tf.size(variable)) for variable in variables)
    start = "from the start" if resumed_at is None else f"resumed after step {resumed_at}"
    print(
        f"training {count:,} weights on {strategy.num_replicas_in_sync} replica(s), "
        f"{settings.steps} steps, {start}",
        file=sys.stderr,
    )


def _loop(
    settings: Train,
    strategy: tf.distribute.Strategy,
    trainer: Trainer,
    manager: tf.train.CheckpointManager,
    monitor: Monitor | None,
    folder: str,
) -> None:
    report = Progress(f"{folder}/history.jsonl", trainer.step, settings.steps, monitor)
    # orbit prints a block a loop; ours is one line, so its own goes to a file
    with open(f"{folder}/orbit.log", "a") as log, contextlib.redirect_stdout(log):
        controller = orbit.Controller(
            global_step=trainer.step,
            trainer=trainer,
            strategy=strategy,
            steps_per_loop=settings.runtime.steps_per_loop,
            checkpoint_manager=manager,
            summary_dir=f"{folder}/tensorboard",
            summary_interval=settings.runtime.steps_per_loop,
            train_actions=[report],
        )
        controller.train(settings.steps)


def _publish(
    settings: Train, encoder: Encoder, objectives: dict[str, Objective], folder: str
) -> None:
    for objective in objectives.values():
        if isinstance(objective, MaskedLMObjective):
            encoder.head_weights.update(read_weights(objective.head))
            if objective.next_sentence is not None:
                encoder.head_weights.update(read_weights(objective.next_sentence))
    with files.publish_folder(settings.output) as output:
        save_encoder(encoder, output)
        shutil.copytree(f"{folder}/tensorboard", f"{output}/tensorboard")
        shutil.copy(f"{folder}/history.jsonl", output)
        files.write_text(f"{output}/config.yaml", config.dump(settings))
    remove_running_folders(settings)
    print(f"encoder written to {settings.output}", file=sys.stderr)
