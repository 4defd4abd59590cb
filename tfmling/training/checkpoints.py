"""Save checkpoints atomically, and verify them before they are restored.

A checkpoint is a folder `step-00000400` with the variables, `state.json` and a manifest with the
SHA-256 of both. It is written under a temporary name, synced to disk and renamed, so that after a
power cut every checkpoint with its final name is complete.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfmling.core import files, folders, manifest, unfinished
from tfmling.core.errors import InputError, UserError
from tfmling.core.json_values import read_json_object
from tfmling.core.manifest import DamagedError, IncompleteError
from tfmling.core.plain_paths import without_patterns
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.training.checkpoint_folder import FOLDER, checkpoint_path, checkpoints_in, step_of
from tfmling.training.not_finite import require_finite_weights

VARIABLES = "variables"  # TensorFlow's file name prefix
_STATE = "state.json"


class NoCheckpointError(UserError, ValueError):
    """No checkpoint of a run can be restored.

    Example:
        >>> raise NoCheckpointError("out: 2 checkpoints, both damaged")
        Traceback (most recent call last):
            ...
        tfmling.training.checkpoints.NoCheckpointError: out: 2 checkpoints, both damaged
    """


class WrongVocabularyError(InputError, ValueError):
    """The checkpoint belongs to an encoder with another vocabulary.

    Example:
        >>> raise WrongVocabularyError("expected 100 pieces, found 90")
        Traceback (most recent call last):
            ...
        tfmling.training.checkpoints.WrongVocabularyError: expected 100 pieces, found 90
    """


class Checkpoints:
    """The newest checkpoints of one training run.

    Each stores the hashes of settings and inputs that `unfinished.keep` noted in the folder.

    Args:
        run_folder: folder of the unfinished run.
        checkpoint: the objects to save.
        step: global step, int64.
        keep: number of checkpoints kept.
        finite: variables that must be finite before they are saved.

    Example:
        >>> step = tf.Variable(400, dtype=tf.int64)
        >>> checkpoints = Checkpoints("unfinished", tf.train.Checkpoint(step=step), step, keep=2)
        >>> checkpoints.save({"seed": 1})
        >>> checkpoints.restore(checkpoints.newest())
        {'seed': 1}
    """

    def __init__(
        self,
        run_folder: str,
        checkpoint: tf.train.Checkpoint,
        step: tf.Variable,
        keep: int,
        finite: Sequence[keras.Variable] = (),
    ):
        self.run_folder = run_folder
        self.folder = files.join(run_folder, FOLDER)
        self.checkpoint = checkpoint
        self.step = step
        self.keep = keep
        self.finite = finite
        self._saved_step: int | None = None  # nothing has changed since then
        self._begun = unfinished.read_begun(run_folder)

    def save(self, state: Mapping[str, Any] | None = None) -> None:
        """Save the variables, unless this step is saved already.

        Args:
            state: plain data, saved as JSON beside the variables.

        Raises:
            NotFiniteError: a weight is not finite; nothing is saved.
        """
        step = int(self.step.numpy())
        if step == self._saved_step:
            return
        require_finite_weights(self.finite, f"step {step}: ")
        target = checkpoint_path(self.run_folder, step)
        temporary = files.temporary_name(target)
        try:
            self._write(temporary, dict(state or {}))
            self._rename(temporary, target)
        except BaseException:
            if os.path.isdir(temporary):  # frees space on a full disk
                folders.remove_entry(temporary)
            raise
        self._saved_step = step
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

    def _rename(self, temporary: str, target: str) -> None:
        damaged = files.temporary_name(target)
        if os.path.exists(target):
            os.rename(target, damaged)
        os.rename(temporary, target)
        files.sync_folder(self.folder)
        if os.path.exists(damaged):
            folders.remove_entry(damaged)

    def _prune(self, step: int) -> None:
        """Remove all but the newest checkpoints, and those of later steps, which are damaged."""
        paths = checkpoints_in(self.folder)
        earlier = [path for path in paths if step_of(path) <= step]
        for path in [*earlier[: -self.keep], *paths[len(earlier) :]]:
            folders.remove_folder(path)

    def newest(self) -> str | None:
        """The newest intact checkpoint; see `newest_checkpoint`."""
        return newest_checkpoint(self.folder)

    def restore(self, path: str) -> dict[str, Any]:
        """Restore every variable from a checkpoint.

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
                f"{path}: expected the variables of this run, found others "
                f"({str(error).splitlines()[0][:200]}); add --restart to start over"
            ) from None
        self._saved_step = int(self.step.numpy())
        return read_json_object(files.join(path, _STATE))

    def remove_abandoned(self) -> None:
        """Remove checkpoints that a killed process did not finish writing."""
        if os.path.isdir(self.folder):
            for name in os.listdir(self.folder):
                if name.endswith(".tmp"):
                    folders.remove_entry(os.path.join(self.folder, name))


class VocabularyState(tf.train.experimental.PythonState):
    """Saves size and hash of a vocabulary in a checkpoint, and compares them when restoring.

    Example:
        >>> json.loads(VocabularyState(encoder.vocabulary).serialize())["pieces"]
        37
    """

    def __init__(self, vocabulary: SubwordVocabulary):
        super().__init__()
        self.vocabulary = vocabulary

    def serialize(self) -> str:
        """JSON with the number of `pieces` and the `sha256`."""
        return json.dumps({"pieces": len(self.vocabulary), "sha256": self.vocabulary.sha256})

    def deserialize(self, string_value: str | bytes) -> None:
        """Raise WrongVocabularyError unless the checkpoint has this vocabulary."""
        saved = tf.compat.as_str(string_value)
        if saved != self.serialize():
            raise WrongVocabularyError(
                f"the checkpoint was written with the vocabulary {saved}, this encoder has "
                f"{self.serialize()}; to resume with an extended encoder, set `continue_from`"
            )


def build_checkpoint(
    step: tf.Variable,
    model_variables: Iterable[keras.Variable],
    optimizer: keras.optimizers.Optimizer,
    vocabulary: SubwordVocabulary,
) -> tf.train.Checkpoint:
    """A checkpoint of step, weights, optimizer slots, random states and the vocabulary's hash.

    Example:
        >>> step, weight = tf.Variable(400), keras.Variable([0.5])
        >>> optimizer = keras.optimizers.SGD()
        >>> checkpoint = build_checkpoint(step, [weight], optimizer, encoder.vocabulary)
        >>> checkpoint.model["0000"].numpy().tolist()
        [0.5]
    """
    return tf.train.Checkpoint(
        step=step,
        model=_by_position(model_variables),
        optimizer=_by_position(optimizer.variables),
        vocabulary=VocabularyState(vocabulary),
    )


def _by_position(variables: Iterable[keras.Variable]) -> dict[str, tf.Variable]:
    # not by name: names repeat between an encoder and its teacher
    return {f"{number:04}": variable.value for number, variable in enumerate(variables)}


def newest_checkpoint(folder: str) -> str | None:
    """Find the newest intact checkpoint in a folder of checkpoints.

    Prints a line for each damaged one.

    Returns:
        Its path; None if the folder has no checkpoint.

    Raises:
        NoCheckpointError: all checkpoints are damaged.

    Example:
        >>> step = tf.Variable(400, dtype=tf.int64)
        >>> Checkpoints("unfinished", tf.train.Checkpoint(step=step), step, keep=2).save()
        >>> newest_checkpoint("unfinished/checkpoints")
        'unfinished/checkpoints/step-00000400'
    """
    paths = checkpoints_in(folder)
    for path in reversed(paths):
        try:
            manifest.require_complete(path)
            manifest.verify(path)
            return path
        except (DamagedError, IncompleteError) as error:
            # without the advice to run the command again
            reason = re.split(r"; (?:write it again|run the command|the command that)", str(error))
            print(f"checkpoint skipped: {reason[0]}", file=sys.stderr, flush=True)
    if paths:
        raise NoCheckpointError(
            f"{folder}: expected an intact checkpoint, found {len(paths)} damaged; "
            "add --restart to start over"
        )
    return None


def read_variables(path: str) -> dict[str, np.ndarray]:
    """Read all variables and states of a checkpoint, by TensorFlow's names for them.

    Example:
        >>> step = tf.Variable(400, dtype=tf.int64)
        >>> Checkpoints("unfinished", tf.train.Checkpoint(step=step), step, keep=2).save()
        >>> read_variables("unfinished/checkpoints/step-00000400")
        {'step/.ATTRIBUTES/VARIABLE_VALUE': array(400)}
    """
    with without_patterns(path) as plain:
        reader = tf.train.load_checkpoint(f"{plain}/{VARIABLES}")
        return {
            name: np.asarray(reader.get_tensor(name))
            for name in reader.get_variable_to_shape_map()
            if name != "_CHECKPOINTABLE_OBJECT_GRAPH"
        }
