"""A whole training: from settings to an encoder folder."""

import contextlib
import os
import shutil
import sys

import orbit
import tensorflow as tf

from tfmling import outputs
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.encoder_folder import save_encoder
from tfmling.training.assembly import Assembly, assemble
from tfmling.training.broken_batch import save_broken_batches
from tfmling.training.checkpoints import (
    build_manager,
    remove_running_folders,
    restore,
    restore_or_save_first,
    running_folder,
)
from tfmling.training.monitor import Monitor
from tfmling.training.progress import NotFiniteError, Progress, stop_if_not_finite
from tfmling.training.same_inputs import require_same_inputs
from tfmling.training.settings import Train
from tfmling.training.take_over import take_over
from tfmling.training.trainer import Trainer


def run_training(settings: Train) -> None:
    """Trains and publishes `settings.output`; goes on from checkpoints of a broken run.

    Of several processes all compute and the chief alone writes.

    Raises:
        ConfigError: the inputs have changed since the broken run began.
    """
    assembly = assemble(settings)
    folder = running_folder(settings)
    manager = _go_on(assembly, folder)
    _announce(assembly)
    trainer = assembly.build_trainer()
    try:
        _loop(assembly, trainer, manager, folder)
    except NotFiniteError as error:
        raise _with_texts(error, assembly, trainer.broken_step, folder) from error
    if assembly.is_chief:
        assembly.optimizer.use_averages()
        _publish(assembly, folder)


def _build_monitor(settings: Train, encoder: Encoder, folder: str) -> Monitor | None:
    if settings.monitor is None:
        return None
    return Monitor(settings.monitor, encoder, f"{folder}/tensorboard/monitor")


def _go_on(assembly: Assembly, folder: str) -> tf.train.CheckpointManager:
    """Restores the newest checkpoint of `folder`, else takes over another training's."""
    settings, vocabulary = assembly.settings, assembly.encoder.vocabulary
    if assembly.is_chief:
        require_same_inputs(settings, folder)
    everything, optimizer = assembly.all_variables, assembly.optimizer
    manager = build_manager(settings, folder, assembly.step, everything, optimizer, vocabulary)
    if settings.continue_from is not None and manager.latest_checkpoint is None:
        source, frozen = settings.continue_from, assembly.guard.frozen_rows
        take_over(source, vocabulary, assembly.step, everything, optimizer, frozen)
    if assembly.is_chief:
        restore_or_save_first(manager)
    else:
        restore(manager)
    return manager


def _announce(assembly: Assembly) -> None:
    count = sum(int(tf.size(variable)) for variable in assembly.variables)
    done = int(assembly.step.numpy())
    start = f"resumed after step {done}" if done else "from the start"
    print(
        f"training {count:,} weights on {assembly.strategy.num_replicas_in_sync} replica(s), "
        f"{assembly.settings.steps} steps, {start}",
        file=sys.stderr,
    )


def _loop(
    assembly: Assembly, trainer: Trainer, manager: tf.train.CheckpointManager, folder: str
) -> None:
    settings, chief = assembly.settings, assembly.is_chief
    report = _reporter(assembly, folder) if chief else stop_if_not_finite
    # orbit prints a block a loop; ours is one line, so its own goes to a file
    orbit_log = f"{folder}/orbit.log" if chief else os.devnull
    with open(orbit_log, "a") as log, contextlib.redirect_stdout(log):
        controller = orbit.Controller(
            global_step=trainer.step,
            trainer=trainer,
            strategy=trainer.strategy,
            steps_per_loop=settings.runtime.steps_per_loop,
            checkpoint_manager=manager if chief else None,
            summary_dir=f"{folder}/tensorboard" if chief else None,
            summary_interval=settings.runtime.steps_per_loop,
            train_actions=[report],
        )
        assembly.separate_dropout()  # the controller has restored the checkpoint once more
        controller.train(settings.steps, checkpoint_at_completion=chief)


def _reporter(assembly: Assembly, folder: str) -> Progress:
    settings = assembly.settings
    monitor = _build_monitor(settings, assembly.encoder, folder)
    return Progress(f"{folder}/history.jsonl", assembly.step, settings.steps, monitor)


def _with_texts(
    error: NotFiniteError, assembly: Assembly, step: int, folder: str
) -> NotFiniteError:
    """The error, with where the texts of its step are."""
    if not assembly.is_chief:
        return error
    kept = save_broken_batches(assembly.settings, assembly.objectives, step, folder)
    return NotFiniteError(f"{error} The texts of step {step} are in {kept}")


def _publish(assembly: Assembly, folder: str) -> None:
    settings, encoder = assembly.settings, assembly.encoder
    encoder.head_weights.update(assembly.heads.weights())
    with outputs.publish(settings) as output:
        save_encoder(encoder, output)
        shutil.copytree(f"{folder}/tensorboard", f"{output}/tensorboard")
        shutil.copy(f"{folder}/history.jsonl", output)
    remove_running_folders(settings)
    print(f"encoder written to {settings.output}", file=sys.stderr)
