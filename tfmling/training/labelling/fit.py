"""Trains a labeller epoch by epoch with the trainer of all trainings, and keeps the best epoch."""

import sys
from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from tfmling import files
from tfmling.inputs.labelled.batches import steps_per_epoch, training_batches
from tfmling.inputs.labelled.rows import Row
from tfmling.modeling.labelling.labeller import Labeller
from tfmling.objectives.labels import LabelsObjective
from tfmling.training.labelling.best_weights import BestWeights
from tfmling.training.labelling.epoch_checkpoints import EpochCheckpoints
from tfmling.training.labelling.settings import Fit
from tfmling.training.optimizer import build_optimizer
from tfmling.training.progress import Progress
from tfmling.training.replica_dropout import separate_dropout
from tfmling.training.trainer import Trainer

TASK = "labels"  # its name in history.jsonl


def fit(
    labeller: Labeller,
    rows: Sequence[Row],
    settings: Fit,
    score: Callable[[], float],
    folder: str,
) -> BestWeights:
    """Trains; the labeller ends with the weights of the epoch that scored highest.

    Called in the scope of the strategy in which the labeller was made. With the checkpoint of an
    earlier call in `folder` it goes on after that epoch, and ends as it would have ended.

    Args:
        labeller: its `trained` variables change.
        rows: of the training data.
        settings: how long, and the optimizer, whose rate ends at 0 after all epochs.
        score: of the development data with the weights as they are; higher is better.
        folder: gets checkpoints, and history.jsonl: an object an epoch, `development` in it.

    Returns:
        The best epoch and its score.

    Raises:
        NotFiniteError: the loss is no number any more.
    """
    steps = steps_per_epoch(len(rows), settings.inputs)
    optimizer = build_optimizer(settings.optimizer, steps * settings.epochs, labeller.trained)
    step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
    best = BestWeights(labeller.trained)
    checkpoints = EpochCheckpoints(
        files.join(folder, "checkpoints"), labeller, optimizer, best, step
    )
    checkpoints.restore()
    done = int(step.numpy()) // steps
    trainer = _build_trainer(labeller, rows, settings, optimizer, step, done)

    def judge(step: int) -> dict[str, float]:
        found = score()
        best.see(step // steps, found)
        return {"development": found}

    report = Progress(files.join(folder, "history.jsonl"), step, steps * settings.epochs, judge)
    for epoch in range(done + 1, settings.epochs + 1):
        if _is_out_of_patience(epoch - 1, best, settings):
            break
        report(trainer.train(tf.constant(steps, tf.int32)))
        checkpoints.save()
    best.restore()
    return best


def _is_out_of_patience(epoch: int, best: BestWeights, settings: Fit) -> bool:
    if settings.patience is None or epoch - best.epoch < settings.patience:
        return False
    print(f"no better epoch since {best.epoch}: stopped after {epoch}", file=sys.stderr)
    return True


def _build_trainer(
    labeller: Labeller,
    rows: Sequence[Row],
    settings: Fit,
    optimizer: keras.optimizers.Optimizer,
    step: tf.Variable,
    first_epoch: int,
) -> Trainer:
    strategy = tf.distribute.get_strategy()
    batches = training_batches(rows, settings.inputs, settings.seed, first_epoch)
    separate_dropout(strategy, labeller.variables)
    return Trainer(
        strategy=strategy,
        tasks={TASK: (LabelsObjective(labeller), 1.0)},
        datasets={TASK: strategy.experimental_distribute_dataset(batches)},
        variables=labeller.trained,
        optimizer=optimizer,
        step=step,
        clip_norm=settings.optimizer.clip_norm,
        jit_compile=settings.jit_compile,
    )
