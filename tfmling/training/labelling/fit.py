"""Trains a labeller epoch by epoch with the trainer of all trainings, and keeps the best epoch."""

import sys
from collections.abc import Callable, Sequence

import tensorflow as tf

from tfmling.inputs.labelled.batches import steps_per_epoch, training_batches
from tfmling.inputs.labelled.rows import Row
from tfmling.modeling.labelling.labeller import Labeller
from tfmling.objectives.labels import LabelsObjective
from tfmling.training.labelling.best_weights import BestWeights
from tfmling.training.labelling.settings import Fit
from tfmling.training.optimizer import build_optimizer
from tfmling.training.progress import Progress
from tfmling.training.trainer import Trainer

TASK = "labels"  # its name in history.jsonl


def fit(
    labeller: Labeller,
    rows: Sequence[Row],
    settings: Fit,
    score: Callable[[], float],
    history_path: str,
) -> BestWeights:
    """Trains; the labeller ends with the weights of the epoch that scored highest.

    Args:
        labeller: its `trained` variables change.
        rows: of the training data.
        settings: how long, and the optimizer, whose rate ends at 0 after all epochs.
        score: of the development data with the weights as they are; higher is better.
        history_path: gets a JSON object an epoch, `development` among its keys.

    Returns:
        The best epoch and its score.

    Raises:
        NotFiniteError: the loss is no number any more.
    """
    steps = steps_per_epoch(len(rows), settings.inputs)
    trainer = _build_trainer(labeller, rows, settings, steps * settings.epochs)
    best = BestWeights(labeller.trained)

    def judge(step: int) -> dict[str, float]:
        found = score()
        best.see(step // steps, found)
        return {"development": found}

    report = Progress(history_path, trainer.step, steps * settings.epochs, judge)
    for epoch in range(1, settings.epochs + 1):
        report(trainer.train(tf.constant(steps, tf.int32)))
        if settings.patience is not None and epoch - best.epoch >= settings.patience:
            print(f"no better epoch since {best.epoch}: stopped after {epoch}", file=sys.stderr)
            break
    best.restore()
    return best


def _build_trainer(labeller: Labeller, rows: Sequence[Row], settings: Fit, steps: int) -> Trainer:
    strategy = tf.distribute.get_strategy()  # labellers are small: one device
    return Trainer(
        strategy=strategy,
        tasks={TASK: (LabelsObjective(labeller), 1.0)},
        datasets={TASK: training_batches(rows, settings.inputs, settings.seed)},
        variables=labeller.trained,
        optimizer=build_optimizer(settings.optimizer, steps, labeller.trained),
        step=tf.Variable(0, dtype=tf.int64, trainable=False, name="step"),
        clip_norm=settings.optimizer.clip_norm,
        jit_compile=settings.jit_compile,
    )
