"""Resume a run after its vocabulary was extended (`extend_vocab`)."""

import json
from collections.abc import Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf

from tfmling.core import files
from tfmling.core.errors import InputError
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.training.adamw import AdamW
from tfmling.training.checkpoint_folder import FOLDER
from tfmling.training.checkpoints import newest_checkpoint, read_variables

_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_VOCABULARY = "vocabulary/.ATTRIBUTES/py_state"


class IncompatibleCheckpointError(InputError, ValueError):
    """The checkpoint is not one that this run can resume from.

    Example:
        >>> raise IncompatibleCheckpointError("no checkpoint in out")
        Traceback (most recent call last):
            ...
        tfmling.training.extended_checkpoint.IncompatibleCheckpointError: no checkpoint in out
    """


def restore_extended_checkpoint(
    folder: str,
    vocabulary: SubwordVocabulary,
    step: tf.Variable,
    model_variables: Sequence[keras.Variable],
    optimizer: AdamW,
    frozen_rows: Sequence[tuple[keras.Variable, int]] = (),
) -> None:
    """Restore step, weights and optimizer slots from a run with a smaller vocabulary.

    Variables of equal shape are copied. For variables with more rows, the old rows are restored and
    the new rows keep their initial values: embeddings as `extend_vocab` made them, zeros in biases
    and optimizer slots. The momentum of frozen rows is reset.

    Args:
        folder: `<output>.unfinished` of the other run.
        vocabulary: of this run's encoder; must begin with the other run's vocabulary.
        step: global step of this run.
        model_variables: in checkpoint order.
        optimizer: built for the same tasks and settings.
        frozen_rows: pairs (variable, n); the first n rows are frozen.

    Raises:
        IncompatibleCheckpointError: there is no checkpoint, the number of weights differs, shapes
            differ in more than rows, or the vocabulary does not begin with the checkpoint's.

    Example:
        >>> from tfmling.training.checkpoints import Checkpoints, build_checkpoint
        >>> step, optimizer = tf.Variable(400, dtype=tf.int64), AdamW(rules=[])
        >>> table = keras.Variable([[1.0], [2.0]])
        >>> checkpoint = build_checkpoint(step, [table], optimizer, encoder.vocabulary)
        >>> Checkpoints("out.unfinished", checkpoint, step, keep=2).save()
        >>> vocabulary = encoder.vocabulary.with_pieces({"ha": 0.0})
        >>> longer = keras.Variable([[0.0], [0.0], [9.0]])  # one more row
        >>> restore_extended_checkpoint("out.unfinished", vocabulary, step, [longer], optimizer)
        >>> longer.numpy().tolist()
        [[1.0], [2.0], [9.0]]
    """
    saved = read_variables(_newest(folder))
    earlier = json.loads(saved[_VOCABULARY].item())
    if not vocabulary.is_extension_of(earlier["pieces"], earlier["sha256"]):
        raise IncompatibleCheckpointError(
            f"continue_from: the vocabulary of this encoder does not begin with that of {folder}; "
            "extend the encoder that was trained there"
        )
    # validate everything first, so that a failure changes nothing
    pairs = _match_variables(saved, "model", model_variables)
    pairs += _match_variables(saved, "optimizer", optimizer.variables)
    for variable, value in pairs:
        variable.assign(value)
    for variable, rows in frozen_rows:
        optimizer.freeze_rows(variable, rows)
    step.assign(saved[f"step{_VALUE}"])


def _newest(folder: str) -> str:
    path = newest_checkpoint(files.join(folder, FOLDER))
    if path is None:
        raise IncompatibleCheckpointError(
            f"continue_from: no checkpoint in {folder}; expected `<output>.unfinished`, the folder "
            "of an unfinished run"
        )
    return path


def _match_variables(
    saved: Mapping[str, np.ndarray], group: str, variables: Sequence[keras.Variable]
) -> list[tuple[keras.Variable, np.ndarray]]:
    """Pairs of a variable and its new value."""
    count = sum(name.startswith(f"{group}/") for name in saved)
    if count != len(variables):
        raise IncompatibleCheckpointError(
            f"continue_from: the checkpoint holds {count} variables of the {group}, this run "
            f"{len(variables)}; tasks, frozen weights and layers must be the same"
        )
    return [
        (variable, _extend_rows(variable, saved[f"{group}/{number:04}{_VALUE}"]))
        for number, variable in enumerate(variables)
    ]


def _extend_rows(variable: keras.Variable, saved: np.ndarray) -> np.ndarray:
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
