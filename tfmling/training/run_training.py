"""A whole training: from settings to an encoder folder."""

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import tensorflow as tf

from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import files, folders, outputs, unfinished
from tfmling.modeling.encoder import Encoder
from tfmling.training.assembly import Assembly, assemble
from tfmling.training.broken_batch import save_broken_batches
from tfmling.training.checkpoint_folder import checkpoint_path, describe_progress, step_of
from tfmling.training.checkpoints import Checkpoints, build_checkpoint, require_finite
from tfmling.training.exit_process import exit_without_iterator_cleanup
from tfmling.training.extended_checkpoint import restore_extended_checkpoint
from tfmling.training.monitor import Monitor
from tfmling.training.progress import LOWER_RATE, NotFiniteError, Progress, stop_if_not_finite
from tfmling.training.settings import Train
from tfmling.training.stop_signal import Stopped, StopSignal
from tfmling.training.strategy import agree, build_strategy
from tfmling.training.summaries import cut_summaries, write_summaries
from tfmling.training.trainer import LoopStopped

_HISTORY = "history.jsonl"
_SUMMARIES = "tensorboard"
VARYING = dict.fromkeys((_HISTORY, f"{_SUMMARIES}/*"), "holds the time of each report")


def train(settings: Train) -> None:
    """Train in a process of its own, as `tfmling train`; see `run_training`."""
    with exit_without_iterator_cleanup(settings.runtime.strategy in ("mirrored", "tpu")):
        run_training(settings)


def run_training(settings: Train) -> None:
    """Trains and publishes `settings.output`; resumes from the checkpoints of an unfinished run.

    Of several processes all compute and the chief alone writes.

    Raises:
        ConfigError: the data cannot be trained on, or other settings or inputs began the
            unfinished run.
        NotFiniteError: a loss, gradient or weight is not finite; nothing is published.
        Stopped: SIGTERM or SIGINT came; a checkpoint was saved.
    """
    strategy = build_strategy(settings.runtime)
    with _state(settings, chief=strategy.extended.should_checkpoint) as state:
        run = _Run(assemble(settings, strategy), state)
        run.resume()
        with run.stop.caught():
            run.train()
        if run.assembly.is_chief:
            run.publish()
            state.remove()


@contextlib.contextmanager
def _state(settings: Train, *, chief: bool) -> Iterator[unfinished.Unfinished]:
    if chief:
        with unfinished.keep(settings, describe_progress) as state:
            yield state
    else:
        yield unfinished.Unfinished(unfinished.folder_of(settings), None)


class _Run:
    """One process of a training, from its newest checkpoint to the last step.

    Args:
        assembly: of the training, at step 0.
        state: the folder of the unfinished run.
    """

    def __init__(self, assembly: Assembly, state: unfinished.Unfinished):
        self.assembly = assembly
        self.settings = assembly.settings
        self.state = state
        self.folder = state.folder
        self.stop = StopSignal()
        self.checkpoints = _build_checkpoints(assembly, state.folder)

    def resume(self) -> None:
        """Restores the newest intact checkpoint, else that of `continue_from`, if there is one."""
        chief, loop = self.assembly.is_chief, {}
        if chief:
            self.checkpoints.remove_abandoned()
        path = self._agreed(self.checkpoints.newest() if chief else None)
        if path is not None:
            loop = self.checkpoints.restore(path)
        else:
            _begin(self.assembly)
        if chief:
            self.checkpoints.save()  # shows at once whether checkpoints can be written
        self.assembly.separate_dropout()
        in_graph = self.settings.runtime.strategy in ("one_device", "mirrored")
        self.trainer = self.assembly.build_trainer(self.stop.flag if in_graph else None)
        if loop:
            self.trainer.resume_loop(loop)
        _announce(self.assembly, self.state.earlier)

    def _agreed(self, path: str | None) -> str | None:
        """The chief's checkpoint, in every process."""
        value = 0 if path is None else step_of(path) + 1
        step = agree(self.assembly.strategy, value) - 1
        return None if step < 0 else checkpoint_path(self.folder, step)

    def train(self) -> None:
        """Takes the steps that are left, with reports and checkpoints.

        Raises:
            NotFiniteError: see `run_training`.
            Stopped: see `run_training`.
        """
        report = self._build_report()
        try:
            while (step := int(self.assembly.step.numpy())) < self.settings.steps:
                metrics = self.trainer.train(tf.constant(_steps_of_loop(step, self.settings)))
                report(metrics)
                self._end_loop(metrics)
            self._require_finite_loss()
        except LoopStopped:
            self._save(self.trainer.loop_state)
            raise self._stopped() from None
        except NotFiniteError as error:
            raise self._with_texts(error) from error
        self._save()

    def _build_report(self) -> Callable[[dict[str, tf.Tensor]], None]:
        if not self.assembly.is_chief:
            return stop_if_not_finite
        cut_summaries(files.join(self.folder, _SUMMARIES), int(self.assembly.step.numpy()))
        monitor = _build_monitor(self.settings, self.assembly.encoder, self.folder)
        history = files.join(self.folder, _HISTORY)
        self.summaries = tf.summary.create_file_writer(files.join(self.folder, _SUMMARIES))
        return Progress(history, self.assembly.step, self.settings.steps, monitor)

    def _end_loop(self, metrics: dict[str, tf.Tensor]) -> None:
        step = int(self.assembly.step.numpy())
        if self.assembly.is_chief:
            write_summaries(self.summaries, step, metrics)
        stopped = agree(self.assembly.strategy, int(self.stop.number is not None))
        if step >= self.settings.steps:
            return  # published in a moment
        if stopped or step % self.settings.checkpoint_every == 0:
            self._save()
        if stopped:
            raise self._stopped()

    def _save(self, loop: dict[str, object] | None = None) -> None:
        """Saves a checkpoint; what reports say of its steps is on the disk before."""
        if self.assembly.is_chief:
            folders.sync_tree(files.join(self.folder, _SUMMARIES))
            if files.exists(files.join(self.folder, _HISTORY)):
                folders.sync_file(files.join(self.folder, _HISTORY))
            files.sync_folder(self.folder)
            self.checkpoints.save(loop)

    def _stopped(self) -> Stopped:
        step = int(self.assembly.step.numpy())
        return Stopped(
            self.stop.number,
            f"stopped after step {step} of {self.settings.steps}: a checkpoint is in "
            f"{self.folder}; the same command resumes",
        )

    def _require_finite_loss(self) -> None:
        """The last step's update is seen by no loss of a step."""
        loss = self.trainer.loss_of_next_batch()
        if not tf.math.is_finite(loss):
            raise NotFiniteError(
                f"step {self.settings.steps}: the loss after the last step is {loss:g}; expected a "
                f"finite number. Nothing is published. {LOWER_RATE}"
            )

    def _with_texts(self, error: NotFiniteError) -> NotFiniteError:
        """The error, with where the texts of its step are."""
        step = self.trainer.broken_step
        if not self.assembly.is_chief or step < 0:
            return error
        kept = save_broken_batches(self.settings, self.assembly.objectives, step, self.folder)
        return NotFiniteError(f"{error} The texts of step {step} are in {kept}")

    def publish(self) -> None:
        """Writes the encoder with its means, heads and reports."""
        assembly, encoder = self.assembly, self.assembly.encoder
        assembly.optimizer.use_averages()
        require_finite(encoder.variables)
        encoder.head_weights.update(assembly.heads.weights())
        summaries = Path(self.folder, _SUMMARIES)
        with outputs.publish(self.settings, varying=VARYING) as output:
            save_encoder(encoder, output)
            shutil.copytree(summaries, f"{output}/{_SUMMARIES}")
            shutil.copy(f"{self.folder}/{_HISTORY}", output)
        print(f"encoder written to {self.settings.output}", file=sys.stderr)


def _build_checkpoints(assembly: Assembly, folder: str) -> Checkpoints:
    settings, everything = assembly.settings, assembly.all_variables
    return Checkpoints(
        folder,
        build_checkpoint(
            assembly.step, everything, assembly.optimizer, assembly.encoder.vocabulary
        ),
        assembly.step,
        settings.keep_checkpoints,
        finite=[*everything, *assembly.optimizer.variables],
    )


def _begin(assembly: Assembly) -> None:
    """Restores the training of `continue_from`, if one is named."""
    if assembly.settings.continue_from is None:
        require_finite(assembly.all_variables, "encoder: ", "Start from an intact encoder.")
        return
    restore_extended_checkpoint(
        assembly.settings.continue_from,
        assembly.encoder.vocabulary,
        assembly.step,
        assembly.all_variables,
        assembly.optimizer,
        assembly.guard.frozen_rows,
    )


def _build_monitor(settings: Train, encoder: Encoder, folder: str) -> Monitor | None:
    if settings.monitor is None:
        return None
    return Monitor(settings.monitor, encoder, f"{folder}/{_SUMMARIES}/monitor")


def _steps_of_loop(step: int, settings: Train) -> int:
    """To the next multiple of the loop's length: a run that resumes reports at the same steps."""
    length = settings.runtime.steps_per_loop
    return min(length - step % length, settings.steps - step)


def _announce(assembly: Assembly, earlier: dict[str, object] | None) -> None:
    settings = assembly.settings
    count = sum(int(tf.size(variable)) for variable in assembly.variables)
    done = int(assembly.step.numpy())
    start = f"resumed after step {done}" if done else "from the start"
    print(
        f"training {count:,} weights on {assembly.strategy.num_replicas_in_sync} replica(s), "
        f"{settings.steps} steps, {start}",
        file=sys.stderr,
    )
    steps = settings.steps if earlier is None else earlier["steps"]
    if steps != settings.steps and settings.optimizer.decay != "constant":
        print(
            f"steps raised from {steps} to {settings.steps}: from here on the learning rate decays "
            f"to 0 at step {settings.steps}; a training of {settings.steps} steps from the start "
            "would have had higher rates before (optimizer.decay: constant does not differ)",
            file=sys.stderr,
        )
