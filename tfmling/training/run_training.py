"""Train an encoder: from settings to a published encoder folder."""

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import tensorflow as tf

from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import files, folders, outputs, unfinished
from tfmling.training.checkpoint_folder import checkpoint_path, describe_progress, step_of
from tfmling.training.checkpoints import Checkpoints, build_checkpoint
from tfmling.training.exit_process import Stopped, StopSignal, exit_without_iterator_cleanup
from tfmling.training.extended_checkpoint import restore_extended_checkpoint
from tfmling.training.monitor import EmbeddingMonitor
from tfmling.training.not_finite import (
    ADVICE,
    NotFiniteError,
    require_finite_metrics,
    require_finite_weights,
    save_batches,
)
from tfmling.training.progress import Progress, truncate_summaries, write_summaries
from tfmling.training.settings import Train
from tfmling.training.strategy import build_strategy, sum_over_processes
from tfmling.training.trainer import LoopStopped
from tfmling.training.training_run import TrainingRun, build_training_run

_HISTORY = "history.jsonl"
_SUMMARIES = "tensorboard"
VARYING = dict.fromkeys((_HISTORY, f"{_SUMMARIES}/*"), "holds the time of each report")


def train(settings: Train) -> None:
    """Train as `tfmling train`, and exit the process; see `run_training`."""
    with exit_without_iterator_cleanup(settings.runtime.strategy in ("mirrored", "tpu")):
        run_training(settings)


def run_training(settings: Train) -> None:
    """Train and publish `settings.output`, or resume an unfinished run from its checkpoints.

    With several workers, all compute, and only the chief worker writes.

    Raises:
        ConfigError: settings contradict the data, or differ from those of the unfinished run.
        NotFiniteError: a loss, gradient or weight is not finite; nothing is published.
        Stopped: SIGTERM or SIGINT was received; a checkpoint was saved.
    """
    strategy = build_strategy(settings.runtime)
    with _unfinished_run(settings, is_chief=strategy.extended.should_checkpoint) as state:
        print("loading the encoder and checking the records", file=sys.stderr, flush=True)
        loop = _Loop(build_training_run(settings, strategy), state)
        loop.resume()
        with loop.stop.caught():
            loop.train()
        if loop.run.is_chief:
            loop.publish()
            state.remove()


@contextlib.contextmanager
def _unfinished_run(settings: Train, *, is_chief: bool) -> Iterator[unfinished.Unfinished]:
    if is_chief:
        with unfinished.keep(settings, describe_progress) as state:
            yield state
    else:
        yield unfinished.Unfinished(outputs.unfinished_folder(settings), None)


class _Loop:
    """One process's outer loop: resume, train, report, save checkpoints, publish.

    Args:
        run: at step 0.
        state: folder of the unfinished run.
    """

    def __init__(self, run: TrainingRun, state: unfinished.Unfinished):
        self.run = run
        self.settings = run.settings
        self.state = state
        self.folder = state.folder
        self.stop = StopSignal()
        self.checkpoints = Checkpoints(
            state.folder,
            build_checkpoint(run.step, run.all_variables, run.optimizer, run.encoder.vocabulary),
            run.step,
            run.settings.keep_checkpoints,
            finite=[*run.all_variables, *run.optimizer.variables],
        )

    def resume(self) -> None:
        """Restore the newest intact checkpoint, else that of `continue_from`, if any."""
        run, loop_state = self.run, {}
        if run.is_chief:
            self.checkpoints.remove_abandoned()
        path = self._agree_on(self.checkpoints.newest() if run.is_chief else None)
        if path is not None:
            loop_state = self.checkpoints.restore(path)
        elif self.settings.continue_from is None:
            require_finite_weights(run.all_variables, "encoder: ", "Use an intact encoder.")
        else:
            restore_extended_checkpoint(
                self.settings.continue_from,
                run.encoder.vocabulary,
                run.step,
                run.all_variables,
                run.optimizer,
                run.guard.frozen_rows,
            )
        if run.is_chief:
            self.checkpoints.save()  # fails early if checkpoints cannot be written
        run.separate_dropout()
        in_graph = self.settings.runtime.strategy in ("one_device", "mirrored")
        self.trainer = run.build_trainer(self.stop.flag if in_graph else None)
        if loop_state:
            self.trainer.resume_loop(loop_state)
        self._announce()

    def _agree_on(self, path: str | None) -> str | None:
        """The chief worker's checkpoint, in every process."""
        value = 0 if path is None else step_of(path) + 1
        step = sum_over_processes(self.run.strategy, value) - 1
        return None if step < 0 else checkpoint_path(self.folder, step)

    def _announce(self) -> None:
        run, steps, done = self.run, self.settings.steps, self._step
        count = sum(int(tf.size(variable)) for variable in run.variables)
        start = f"resumed after step {done}" if done else "from the start"
        print(
            f"training {count:,} weights on {run.strategy.num_replicas_in_sync} replica(s), "
            f"{steps} steps, {start}",
            file=sys.stderr,
        )
        earlier = steps if self.state.earlier is None else self.state.earlier["steps"]
        if earlier != steps and self.settings.optimizer.schedule != "constant":
            print(
                f"steps raised from {earlier} to {steps}: from here on the learning rate decays to "
                f"0 at step {steps}; a run of {steps} steps from the start would have had higher "
                "rates before (with optimizer.schedule: constant, both are equal)",
                file=sys.stderr,
            )

    @property
    def _step(self) -> int:
        return int(self.run.step.numpy())

    def train(self) -> None:
        """Train until the last step, with reports and checkpoints.

        Raises:
            NotFiniteError: see `run_training`.
            Stopped: see `run_training`.
        """
        try:
            self._train()
        except LoopStopped:
            self._save(self.trainer.loop_state)
            raise self._stopped() from None
        except NotFiniteError as error:
            raise self._with_saved_batches(error) from error
        self._save()

    def _train(self) -> None:
        with self._reporting() as report:
            while (step := self._step) < self.settings.steps:
                metrics = self.trainer.train(tf.constant(_loop_length(step, self.settings)))
                report(metrics)
                self._end_loop(metrics)
            self._require_finite_loss()

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[Callable[[dict[str, tf.Tensor]], None]]:
        if not self.run.is_chief:
            yield require_finite_metrics
            return
        summaries = files.join(self.folder, _SUMMARIES)
        truncate_summaries(summaries, self._step)
        monitor = None
        if self.settings.monitor is not None:
            monitor = EmbeddingMonitor(
                self.settings.monitor, self.run.encoder, f"{summaries}/monitor"
            )
        self.summaries = tf.summary.create_file_writer(summaries)
        history = files.join(self.folder, _HISTORY)
        progress = Progress(history, self.run.step, self.settings.steps, monitor)
        # elsewhere, reading a variable waits for the device
        is_local = self.settings.runtime.strategy in ("one_device", "mirrored")
        with progress.watched() if is_local else contextlib.nullcontext():
            yield progress

    def _end_loop(self, metrics: dict[str, tf.Tensor]) -> None:
        step = self._step
        if self.run.is_chief:
            write_summaries(self.summaries, step, metrics)
        stopped = sum_over_processes(self.run.strategy, int(self.stop.number is not None))
        if step >= self.settings.steps:
            return  # about to be published
        if stopped or step % self.settings.checkpoint_every == 0:
            self._save()
        if stopped:
            raise self._stopped()

    def _save(self, loop_state: dict[str, object] | None = None) -> None:
        """Save a checkpoint, after syncing all reports up to its step."""
        if self.run.is_chief:
            folders.sync_tree(files.join(self.folder, _SUMMARIES))
            if files.exists(files.join(self.folder, _HISTORY)):
                folders.sync_file(files.join(self.folder, _HISTORY))
            files.sync_folder(self.folder)
            self.checkpoints.save(loop_state)

    def _stopped(self) -> Stopped:
        return Stopped(
            self.stop.number,
            f"stopped after step {self._step} of {self.settings.steps}: a checkpoint is in "
            f"{self.folder}; the same command resumes",
        )

    def _require_finite_loss(self) -> None:
        """Check the last update, whose weights no step's loss has seen."""
        loss = self.trainer.loss_of_next_batch()
        if not tf.math.is_finite(loss):
            raise NotFiniteError(
                f"step {self.settings.steps}: the loss after the last step is {loss:g}; expected a "
                f"finite number. Nothing is published. {ADVICE}"
            )

    def _with_saved_batches(self, error: NotFiniteError) -> NotFiniteError:
        """Save the texts of the broken step, and name their folder in the error."""
        step = self.trainer.broken_step
        if not self.run.is_chief or step < 0:
            return error
        saved = save_batches(self.settings, self.run.objectives, step, self.folder)
        return NotFiniteError(f"{error} The texts of step {step} are in {saved}")

    def publish(self) -> None:
        """Write the encoder, with averaged weights and heads, and the reports."""
        encoder = self.run.encoder
        self.run.optimizer.use_averages()
        require_finite_weights(encoder.variables)
        encoder.head_weights.update(self.run.heads.weights())
        with outputs.publish(self.settings, varying=VARYING) as output:
            save_encoder(encoder, output)
            shutil.copytree(Path(self.folder, _SUMMARIES), f"{output}/{_SUMMARIES}")
            shutil.copy(f"{self.folder}/{_HISTORY}", output)
        print(f"encoder written to {self.settings.output}", file=sys.stderr)


def _loop_length(step: int, settings: Train) -> int:
    """Steps to the next multiple of `steps_per_loop`, so that resumed runs report alike."""
    length = settings.runtime.steps_per_loop
    return min(length - step % length, settings.steps - step)
