"""A whole training: from settings to an encoder folder."""

import contextlib
import shutil
import sys
from pathlib import Path

import orbit
import tensorflow as tf

from tfmling import config, files
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.encoder_folder import save_encoder
from tfmling.modeling.heads import read_weights
from tfmling.objectives.masked_lm import MaskedLMObjective
from tfmling.objectives.objective import Objective
from tfmling.training.assembly import Assembly, assemble
from tfmling.training.broken_batch import save_broken_batches
from tfmling.training.checkpoints import (
    build_manager,
    remove_running_folders,
    restore_or_save_first,
    running_folder,
)
from tfmling.training.monitor import Monitor
from tfmling.training.progress import NotFiniteError, Progress
from tfmling.training.settings import Train
from tfmling.training.take_over import take_over
from tfmling.training.trainer import Trainer


def run_training(settings: Train) -> None:
    """Trains and publishes `settings.output`; goes on from checkpoints of a broken run."""
    assembly = assemble(settings)
    folder = running_folder(settings)
    Path(folder).mkdir(parents=True, exist_ok=True)
    manager = _go_on(assembly, folder)
    step, encoder, objectives = assembly.step, assembly.encoder, assembly.objectives
    _announce(assembly, int(step.numpy()) or None)
    trainer = assembly.start()
    monitor = _build_monitor(settings, encoder, folder)
    try:
        _loop(settings, trainer, manager, monitor, folder)
    except NotFiniteError as error:
        kept = save_broken_batches(settings, objectives, trainer.broken_step, folder)
        raise NotFiniteError(
            f"{error} The texts of step {trainer.broken_step} are in {kept}"
        ) from error
    assembly.optimizer.use_averages()
    _publish(settings, encoder, objectives, folder)


def _build_monitor(settings: Train, encoder: Encoder, folder: str) -> Monitor | None:
    if settings.monitor is None:
        return None
    return Monitor(settings.monitor, encoder, f"{folder}/tensorboard/monitor")


def _go_on(assembly: Assembly, folder: str) -> tf.train.CheckpointManager:
    """Restores the newest checkpoint of `folder`, else takes over another training's."""
    settings, vocabulary = assembly.settings, assembly.encoder.vocabulary
    everything, optimizer = assembly.all_variables, assembly.optimizer
    with assembly.strategy.scope():
        manager = build_manager(settings, folder, assembly.step, everything, optimizer, vocabulary)
        if settings.continue_from is not None and manager.latest_checkpoint is None:
            take_over(
                settings.continue_from, vocabulary, assembly.step, everything, optimizer.variables
            )
        restore_or_save_first(manager)
    return manager


def _announce(assembly: Assembly, resumed_at: int | None) -> None:
    count = sum(int(tf.size(variable)) for variable in assembly.variables)
    start = "from the start" if resumed_at is None else f"resumed after step {resumed_at}"
    print(
        f"training {count:,} weights on {assembly.strategy.num_replicas_in_sync} replica(s), "
        f"{assembly.settings.steps} steps, {start}",
        file=sys.stderr,
    )


def _loop(
    settings: Train,
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
            strategy=trainer.strategy,
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
