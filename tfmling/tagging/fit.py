"""Trains a tagger epoch by epoch with the trainer of all trainings, and keeps the best epoch."""

import sys
from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from tfmling.core import files, folders, unfinished
from tfmling.tagging.batches import steps_per_epoch, training_batches
from tfmling.tagging.best_weights import BestWeights
from tfmling.tagging.objective import TaggingObjective
from tfmling.tagging.rows import Row
from tfmling.tagging.settings import Fit
from tfmling.tagging.tagger import Tagger
from tfmling.training.checkpoints import Checkpoints
from tfmling.training.exit_process import Stopped, StopSignal
from tfmling.training.not_finite import require_finite_weights
from tfmling.training.optimizer import build_optimizer
from tfmling.training.progress import Progress
from tfmling.training.strategy import separate_dropout
from tfmling.training.trainer import LoopStopped, Trainer

TASK = "labels"  # its name in history.jsonl


def fit(
    tagger: Tagger,
    rows: Sequence[Row],
    settings: Fit,
    score: Callable[[], float],
    folder: str,
) -> BestWeights:
    """Trains; the tagger ends with the weights of the epoch that scored highest.

    Called in the scope of the strategy in which the tagger was made. With the checkpoint of an
    earlier call in `folder` it resumes at its step, and ends as it would have ended.

    Args:
        tagger: its `trained` variables change.
        rows: of the training data.
        settings: how long, and the optimizer, whose rate ends at 0 after all epochs.
        score: of the development data with the weights as they are; higher is better.
        folder: gets checkpoints, and history.jsonl: an object an epoch, `development` in it.

    Returns:
        The best epoch and its score.

    Raises:
        NotFiniteError: the loss or a weight is no number any more.
        Stopped: SIGTERM or SIGINT came; a checkpoint was saved.
    """
    run = _Run(tagger, rows, settings, folder)
    with run.stop.caught():
        run.train(score)
    return run.best


class _Run:
    """The training of a tagger from its newest checkpoint on; see `fit`."""

    def __init__(self, tagger: Tagger, rows: Sequence[Row], settings: Fit, folder: str):
        self.settings = settings
        self.folder = folder
        self.steps = steps_per_epoch(len(rows), settings.inputs)
        total = self.steps * settings.epochs
        optimizer = build_optimizer(settings.optimizer, total, tagger.trained)
        self.step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")
        self.best = BestWeights(tagger.trained)
        self.stop = StopSignal()
        self.checkpoints = _build_checkpoints(folder, tagger, optimizer, self.best, self.step)
        self.checkpoints.remove_abandoned()
        path = self.checkpoints.newest()
        loop = {} if path is None else self.checkpoints.restore(path)
        self.trainer = self._build_trainer(tagger, rows, optimizer)
        if loop:
            self.trainer.resume_loop(loop)

    def _build_trainer(
        self, tagger: Tagger, rows: Sequence[Row], optimizer: keras.optimizers.Optimizer
    ) -> Trainer:
        settings, strategy = self.settings, tf.distribute.get_strategy()
        epoch, taken = divmod(int(self.step.numpy()), self.steps)
        batches = training_batches(rows, settings.inputs, settings.seed, epoch).skip(taken)
        separate_dropout(strategy, tagger.variables)
        return Trainer(
            strategy=strategy,
            tasks={TASK: (TaggingObjective(tagger), 1.0)},
            datasets={TASK: strategy.experimental_distribute_dataset(batches)},
            variables=tagger.trained,
            optimizer=optimizer,
            step=self.step,
            clip_norm=settings.optimizer.clip_norm,
            jit_compile=settings.jit_compile,
            stop=self.stop.flag,
        )

    def train(self, score: Callable[[], float]) -> None:
        """Trains the epochs that are left; the tagger gets the weights of the best."""

        def judge(step: int) -> dict[str, float]:
            found = score()
            self.best.see(step // self.steps, found)
            return {"development": found}

        total = self.steps * self.settings.epochs
        report = Progress(files.join(self.folder, "history.jsonl"), self.step, total, judge)
        while (step := int(self.step.numpy())) < total:
            at_start = step % self.steps == 0
            if at_start and _is_out_of_patience(step // self.steps, self.best, self.settings):
                break
            self._train_epoch(report, self.steps - step % self.steps)
        self.best.restore()
        require_finite_weights(self.trainer.trained)

    def _train_epoch(self, report: Progress, steps: int) -> None:
        try:
            metrics = self.trainer.train(tf.constant(steps, tf.int32))
        except LoopStopped:
            self._save(self.trainer.loop_state)
            raise self._stopped() from None
        report(metrics)
        self._save()
        if self.stop.number is not None:
            raise self._stopped()

    def _save(self, loop: dict[str, object] | None = None) -> None:
        history = files.join(self.folder, "history.jsonl")
        if files.exists(history):
            folders.sync_file(history)
            files.sync_folder(self.folder)
        self.checkpoints.save(loop)

    def _stopped(self) -> Stopped:
        step, total = int(self.step.numpy()), self.steps * self.settings.epochs
        said = f"stopped after step {step} of {total}, {self.steps} an epoch"
        if unfinished.read_begun(self.folder):  # else the caller does not keep the folder
            said += f": a checkpoint is in {self.folder}; the same command resumes"
        return Stopped(self.stop.number, said)


def _build_checkpoints(
    folder: str,
    tagger: Tagger,
    optimizer: keras.optimizers.Optimizer,
    best: BestWeights,
    step: tf.Variable,
) -> Checkpoints:
    """Of a frozen encoder nothing is kept."""
    trained = {id(variable) for variable in tagger.trained}
    state = [v for v in tagger.variables if id(v) in trained or not v.trainable]
    checkpoint = tf.train.Checkpoint(
        step=step,
        best=best,
        tagger=[variable.value for variable in state],
        optimizer=[variable.value for variable in optimizer.variables],
    )
    # two, so that a damaged one does not cost the whole training
    return Checkpoints(folder, checkpoint, step, 2, finite=[*state, *optimizer.variables])


def _is_out_of_patience(epoch: int, best: BestWeights, settings: Fit) -> bool:
    if settings.patience is None or epoch - best.epoch < settings.patience:
        return False
    print(f"no better epoch since {best.epoch}: stopped after {epoch}", file=sys.stderr)
    return True
