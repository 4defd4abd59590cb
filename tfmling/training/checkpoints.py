"""Checkpoints of a training: written whole, verified before they are restored.

Each is a folder `step-00000400` with the variables, `state.json` and a manifest with the SHA-256 of
both. It is filled under another name, synced to the disk, then renamed, so that after a power cut
the last one that has its name is whole.
"""

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmling.core import files, folders, manifest, unfinished
from tfmling.core.errors import UserError
from tfmling.core.json_values import read_json_object
from tfmling.core.manifest import DamagedError, IncompleteError
from tfmling.core.plain_paths import without_patterns
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.training.checkpoint_folder import FOLDER, checkpoints_in, path_of_step, step_of
from tfmling.training.progress import LOWER_RATE, NotFiniteError
from tfmling.training.vocabulary_state import VocabularyState

VARIABLES = "variables"  # TensorFlow's prefix of the files of a checkpoint
_STATE = "state.json"


class NoCheckpointError(UserError, ValueError):
    """No checkpoint of a training can be restored."""


class Checkpoints:
    """The checkpoints of one training, the newest few of them.

    Each stores the hashes of the settings and inputs that `unfinished.keep` noted in the folder.

    Args:
        folder: of the unfinished run.
        checkpoint: of what is saved.
        step: counts the steps, int64.
        keep: how many of the newest stay.
        finite: variables that must hold finite numbers to be saved.
    """

    def __init__(
        self,
        folder: str,
        checkpoint: tf.train.Checkpoint,
        step: tf.Variable,
        keep: int,
        finite: Sequence[keras.Variable] = (),
    ):
        self.folder = files.join(folder, FOLDER)
        self.checkpoint = checkpoint
        self.step = step
        self.keep = keep
        self.finite = finite
        self._newest_step: int | None = None  # nothing has changed since it was saved
        self._begun = unfinished.read_begun(folder)

    def save(self, state: Mapping[str, Any] | None = None) -> None:
        """Saves the variables as they are now, with plain data beside them.

        Raises:
            NotFiniteError: a weight is not finite; nothing is saved.
        """
        step = int(self.step.numpy())
        if step == self._newest_step:
            return
        require_finite(self.finite, f"step {step}: ")
        target = path_of_step(self.folder, step)
        temporary = files.temporary_name(target)
        try:
            self._write(temporary, dict(state or {}))
            self._give_name(temporary, target)
        except BaseException:
            if os.path.isdir(temporary):  # a full disk needs the room
                folders.remove_entry(temporary)
            raise
        self._newest_step = step
        self._prune(step)

    def _write(self, temporary: str, state: dict[str, Any]) -> None:
        if not os.path.isdir(self.folder):
            os.makedirs(self.folder)
            files.sync_folder(os.path.dirname(self.folder))
        with without_patterns(temporary, create=True) as plain:
            self.checkpoint.write(f"{plain}/{VARIABLES}")
        files.write_json(files.join(temporary, _STATE), state)
        folders.sync_tree(temporary)
        manifest.write_manifest(
            temporary,
            command="checkpoint",
            settings=self._begun.get("settings", {}),
            inputs=self._begun.get("inputs", {}),
        )

    def _prune(self, step: int) -> None:
        """Keeps the newest; damaged ones of later steps are removed."""
        steps = checkpoints_in(self.folder)
        earlier = [path for path in steps if step_of(path) <= step]
        for path in [*earlier[: -self.keep], *steps[len(earlier) :]]:
            folders.remove_folder(path)

    def _give_name(self, temporary: str, target: str) -> None:
        damaged = files.temporary_name(target)
        if os.path.exists(target):
            os.rename(target, damaged)
        os.rename(temporary, target)
        files.sync_folder(self.folder)
        if os.path.exists(damaged):
            folders.remove_entry(damaged)

    def newest(self) -> str | None:
        """The newest intact checkpoint; see `newest_checkpoint`."""
        return newest_checkpoint(self.folder)

    def restore(self, path: str) -> dict[str, Any]:
        """Restores a checkpoint, in which every variable must be found.

        Returns:
            The plain data that was saved with it.

        Raises:
            NoCheckpointError: it holds other variables.
        """
        try:
            with without_patterns(path) as plain:
                status = self.checkpoint.read(f"{plain}/{VARIABLES}")
                status.assert_existing_objects_matched()
        except (AssertionError, ValueError, tf.errors.OpError) as error:
            if isinstance(error, UserError):
                raise
            raise NoCheckpointError(
                f"{path}: expected the variables of this training, found others "
                f"({str(error).splitlines()[0][:200]}); add --restart to start over"
            ) from None
        self._newest_step = int(self.step.numpy())
        return read_json_object(files.join(path, _STATE))

    def remove_abandoned(self) -> None:
        """Removes what a killed process began to write."""
        if os.path.isdir(self.folder):
            for name in os.listdir(self.folder):
                if name.endswith(".tmp"):
                    folders.remove_entry(os.path.join(self.folder, name))


def build_checkpoint(
    step: tf.Variable,
    model_variables: Iterable[keras.Variable],
    optimizer: keras.optimizers.Optimizer,
    vocabulary: SubwordVocabulary,
) -> tf.train.Checkpoint:
    """A checkpoint of step, weights, optimizer slots and random states.

    It holds the vocabulary's hash: one that was written with another vocabulary is refused.
    """
    return tf.train.Checkpoint(
        step=step,
        model=_by_position(model_variables),
        optimizer=_by_position(optimizer.variables),
        vocabulary=VocabularyState(vocabulary),
    )


def _by_position(variables: Iterable[keras.Variable]) -> dict[str, tf.Variable]:
    # Names repeat between an encoder and its teacher; the order of creation does not.
    return {f"{number:04}": variable.value for number, variable in enumerate(variables)}


def newest_checkpoint(folder: str) -> str | None:
    """The newest intact checkpoint of a folder; None where there is none at all.

    Prints a line for each damaged one.

    Raises:
        NoCheckpointError: all are damaged.
    """
    steps = checkpoints_in(folder)
    for path in reversed(steps):
        try:
            manifest.require_whole(path)
            manifest.verify(path)
            return path
        except (DamagedError, IncompleteError) as error:
            print(f"checkpoint not used: {_what(error)}", file=sys.stderr, flush=True)
    if steps:
        raise NoCheckpointError(
            f"{folder}: expected an intact checkpoint, found {len(steps)} damaged; "
            "add --restart to start over"
        )
    return None


def _what(error: Exception) -> str:
    """What is wrong, without the advice to run a command again."""
    return re.split(r"; (?:write it again|run the command|the command that)", str(error))[0]


def require_finite(
    variables: Sequence[keras.Variable], place: str = "", advice: str = LOWER_RATE
) -> None:
    """Checks that weights are finite numbers.

    Args:
        variables: whole numbers among them are finite.
        place: what the message begins with.
        advice: what it ends with.

    Raises:
        NotFiniteError: with the first weight that is not finite.
    """
    for variable in variables:
        if not bool(_is_finite(variable.value).numpy()):
            raise NotFiniteError(f"{place}the weight {variable.path} is not finite. {advice}")


def _is_finite(value: tf.Variable) -> tf.Tensor:
    tensor = tf.convert_to_tensor(value)
    if not tensor.dtype.is_floating:
        return tf.constant(True)
    return tf.reduce_all(tf.math.is_finite(tensor))


def read_variables(path: str) -> dict[str, np.ndarray]:
    """All variables and states of a checkpoint by TensorFlow's names of them."""
    with without_patterns(path) as plain:
        reader = tf.train.load_checkpoint(f"{plain}/{VARIABLES}")
        return {
            name: np.asarray(reader.get_tensor(name))
            for name in reader.get_variable_to_shape_map()
            if name != "_CHECKPOINTABLE_OBJECT_GRAPH"
        }
