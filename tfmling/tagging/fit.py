"""Train a tagger epoch by epoch with the common trainer, and keep the best epoch."""

import sys
from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from tfmling.core import files, folders, unfinished
from tfmling.objectives.objective import Metrics, Objective
from tfmling.objectives.replicas import sum_over_replicas
from tfmling.tagging.batches import steps_per_epoch, training_batches
from tfmling.tagging.rows import Row
from tfmling.tagging.settings import Fit
from tfmling.tagging.tagger import Features, Tagger
from tfmling.training.checkpoints import Checkpoints
from tfmling.training.exit_process import Stopped, StopSignal
from tfmling.training.not_finite import require_finite_weights
from tfmling.training.optimizer import build_optimizer
from tfmling.training.progress import Progress
from tfmling.training.strategy import separate_dropout
from tfmling.training.trainer import LoopStopped, Trainer

_TASK = "labels"  # its key in history.jsonl


class BestWeights(tf.Module):
    """A copy of the weights with the highest score so far, saved in checkpoints.

    Args:
        variables: that are trained.

    Example:
        >>> weight = keras.Variable(1.0)
        >>> best = BestWeights([weight])
        >>> best.update(epoch=1, score=0.8)
        >>> _ = weight.assign(2.0)
        >>> best.update(epoch=2, score=0.7)
        >>> best.restore()
        >>> best.epoch, float(weight.numpy())
        (1, 1.0)
    """

    def __init__(self, variables: Sequence[keras.Variable]):
        super().__init__(name="best_weights")
        self._variables = list(variables)
        self._best = [tf.Variable(v.value, trainable=False) for v in self._variables]
        self._score = tf.Variable(-np.inf, dtype=tf.float64, trainable=False)
        self._epoch = tf.Variable(0, dtype=tf.int64, trainable=False)

    @property
    def score(self) -> float:
        """The highest score so far, -inf initially."""
        return float(self._score.numpy())

    @property
    def epoch(self) -> int:
        """The first epoch with the highest score, 0 initially."""
        return int(self._epoch.numpy())

    def update(self, epoch: int, score: float) -> None:
        """Copy the weights if the score is the highest so far."""
        if score > self.score:
            self._score.assign(score)
            self._epoch.assign(epoch)
            for best, variable in zip(self._best, self._variables, strict=True):
                best.assign(variable.value)

    def restore(self) -> None:
        """Assign the copied weights to the variables; initially those at construction."""
        for variable, best in zip(self._variables, self._best, strict=True):
            variable.assign(best)


class TaggingObjective(Objective):
    """The loss of a tagger, averaged over the labels of the global batch.

    Example:
        >>> from tfmling.tagging.linear_tagger import PairClassifier
        >>> objective = TaggingObjective(PairClassifier(encoder, labels=1, dropout=0.0))
        >>> features = {"input_word_ids": [[2, 5, 3]], "input_mask": [[1, 1, 1]],
        ...             "input_type_ids": [[0, 0, 0]], "pair_label": [0]}
        >>> loss, metrics = objective({name: tf.constant(own) for name, own in features.items()})
        >>> float(loss)  # one label only: always right
        0.0
    """

    def __init__(self, tagger: Tagger):
        super().__init__(tagger.encoder, "labels")
        self.tagger = tagger

    def call(self, features: Features, training: bool = False) -> tuple[tf.Tensor, Metrics]:
        """Return this replica's share of the mean loss."""
        loss, count = self.tagger(features, training=training)
        total = tf.maximum(tf.stop_gradient(sum_over_replicas(count)), 1.0)
        return loss / total, {"loss": loss / total}


def fit(
    tagger: Tagger,
    rows: Sequence[Row],
    settings: Fit,
    score: Callable[[], float],
    folder: str,
) -> BestWeights:
    """Train a tagger, leaving it with the weights of the best epoch.

    Call it within the scope of the strategy that created the tagger. If `folder` has a checkpoint
    of an earlier call, training resumes there, with the same result as without interruption.

    Args:
        tagger: its `trained` variables change.
        rows: of the training data.
        settings: schedule and optimizer; the learning rate ends at 0 after all epochs.
        score: computes the score on the development data; higher is better.
        folder: for checkpoints and history.jsonl, one object per epoch with `development`.

    Returns:
        The best epoch and its score.

    Raises:
        NotFiniteError: the loss or a weight is not finite.
        Stopped: after SIGTERM or SIGINT; a checkpoint was saved.
    """
    run = _Run(tagger, rows, settings, folder)
    with run.stop.caught():
        run.train(score)
    return run.best


class _Run:
    """A training that resumes from its newest checkpoint; see `fit`."""

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
        epoch, done = divmod(int(self.step.numpy()), self.steps)
        batches = training_batches(rows, settings.inputs, settings.seed, epoch).skip(done)
        separate_dropout(strategy, tagger.variables)
        return Trainer(
            strategy=strategy,
            tasks={_TASK: (TaggingObjective(tagger), 1.0)},
            datasets={_TASK: strategy.experimental_distribute_dataset(batches)},
            variables=tagger.trained,
            optimizer=optimizer,
            step=self.step,
            clip_norm=settings.optimizer.clip_norm,
            jit_compile=settings.jit_compile,
            stop=self.stop.flag,
        )

    def train(self, score: Callable[[], float]) -> None:
        """Train the remaining epochs, then restore the best weights."""

        def evaluate(step: int) -> dict[str, float]:
            development = score()
            self.best.update(step // self.steps, development)
            return {"development": development}

        total = self.steps * self.settings.epochs
        report = Progress(files.join(self.folder, "history.jsonl"), self.step, total, evaluate)
        while (step := int(self.step.numpy())) < total:
            if step % self.steps == 0 and self._is_out_of_patience(step // self.steps):
                break
            self._train_epoch(report, self.steps - step % self.steps)
        self.best.restore()
        require_finite_weights(self.trainer.trained)

    def _is_out_of_patience(self, epoch: int) -> bool:
        patience = self.settings.patience
        if patience is None or epoch - self.best.epoch < patience:
            return False
        print(f"no better epoch since {self.best.epoch}: stopped after {epoch}", file=sys.stderr)
        return True

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
        message = f"stopped after step {step} of {total}, {self.steps} per epoch"
        if unfinished.read_begun(self.folder):  # else the caller does not keep the folder
            message += f": a checkpoint is in {self.folder}; the same command resumes"
        return Stopped(self.stop.number, message)


def _build_checkpoints(
    folder: str,
    tagger: Tagger,
    optimizer: keras.optimizers.Optimizer,
    best: BestWeights,
    step: tf.Variable,
) -> Checkpoints:
    # a frozen encoder is not saved
    trained = {id(variable) for variable in tagger.trained}
    state = [v for v in tagger.variables if id(v) in trained or not v.trainable]
    checkpoint = tf.train.Checkpoint(
        step=step,
        best=best,
        tagger=[variable.value for variable in state],
        optimizer=[variable.value for variable in optimizer.variables],
    )
    # keep two, so that a damaged one does not cost the whole training
    return Checkpoints(folder, checkpoint, step, 2, finite=[*state, *optimizer.variables])
