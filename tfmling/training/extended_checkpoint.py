"""Resumes a training after its encoder's vocabulary was extended (`extend_vocab`).

A new training of the longer encoder restores step, weights and optimizer slots of the unfinished
one, with rows for new pieces.
"""

from collections.abc import Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf

from tfmling.core import files
from tfmling.core.errors import InputError
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.training.checkpoint_folder import FOLDER
from tfmling.training.checkpoints import newest_checkpoint, read_variables
from tfmling.training.scaled_adamw import ScaledAdamW
from tfmling.training.vocabulary_state import begins_with

_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_STATE = "vocabulary/.ATTRIBUTES/py_state"


class IncompatibleCheckpointError(InputError, ValueError):
    """The checkpoint is not of a training that this one can resume."""


def restore_extended_checkpoint(
    folder: str,
    vocabulary: SubwordVocabulary,
    step: tf.Variable,
    model_variables: Sequence[keras.Variable],
    optimizer: ScaledAdamW,
    frozen_rows: Sequence[tuple[keras.Variable, int]] = (),
) -> None:
    """Gives this training what the newest checkpoint of another one holds.

    A variable of equal shape is copied. One that has grown by rows keeps the checkpoint's values in
    the old rows; its new rows stay as they are here: rows of the table as `extend_vocab` filled
    them, biases and optimizer slots at zero. Rows that are frozen lose their momentum.

    Args:
        folder: `<output>.unfinished` of the other training.
        vocabulary: of this training's encoder; it must begin with the other's.
        step: of this training.
        model_variables: in the order in which checkpoints number them.
        optimizer: built for the same tasks and settings.
        frozen_rows: weights whose first so many rows stay as the checkpoint has them.

    Raises:
        IncompatibleCheckpointError: there is no checkpoint, the number of weights differs, shapes
            differ in more than rows, or the vocabulary does not begin with the checkpoint's.
    """
    saved = read_variables(_newest(folder))
    if not begins_with(vocabulary, saved[_STATE].item()):
        raise IncompatibleCheckpointError(
            f"continue_from: the vocabulary of this encoder does not begin with that of "
            f"{folder}; extend the encoder that was being trained there"
        )
    # validate everything first, so that a failure changes nothing
    pairs = [*_pairs(saved, "model", model_variables)]
    pairs += _pairs(saved, "optimizer", optimizer.variables)
    for variable, value in pairs:
        variable.assign(value)
    for variable, rows in frozen_rows:
        optimizer.stop_rows(variable, rows)
    step.assign(saved[f"step{_VALUE}"])


def _newest(folder: str) -> str:
    path = newest_checkpoint(files.join(folder, FOLDER))
    if path is None:
        raise IncompatibleCheckpointError(
            f"continue_from: no checkpoint in {folder}; expected `<output>.unfinished`, the folder "
            "of a training that has not finished"
        )
    return path


def _pairs(
    saved: Mapping[str, np.ndarray], group: str, variables: Sequence[keras.Variable]
) -> list[tuple[keras.Variable, np.ndarray]]:
    """The variables of a group, each with its value as it is to be."""
    count = sum(name.startswith(f"{group}/") for name in saved)
    if count != len(variables):
        raise IncompatibleCheckpointError(
            f"continue_from: the checkpoint holds {count} variables of the {group}, this "
            f"training {len(variables)}; tasks, frozen weights and layers must be the same"
        )
    return [
        (variable, _enlarged(variable, saved[f"{group}/{number:04}{_VALUE}"]))
        for number, variable in enumerate(variables)
    ]


def _enlarged(variable: keras.Variable, saved: np.ndarray) -> np.ndarray:
    shape = tuple(variable.shape)
    if saved.shape == shape:
        return saved
    rows = len(saved) if saved.ndim else 0
    if not rows or saved.shape[1:] != shape[1:] or rows > shape[0]:
        raise IncompatibleCheckpointError(
            f"continue_from: {variable.path} has shape {shape}, in the checkpoint {saved.shape}; "
            "expected the same, or more rows"
        )
    return np.concatenate([saved, variable.numpy()[rows:]])
