"""Losses, gradients and weights that became NaN or infinite."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from tfmling.core import files
from tfmling.core.errors import UserError
from tfmling.inputs.text_batches import Texts, text_batches
from tfmling.objectives.objective import TextObjective
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.training.settings import Train

ADVICE = (
    "The last checkpoint is from before this. Lower optimizer.learning_rate, lengthen "
    "optimizer.warmup_steps, or use float32, with --restart."
)


class NotFiniteError(UserError, ArithmeticError):
    """A loss, gradient or weight is NaN or infinite; the last checkpoint is from before.

    Example:
        >>> raise NotFiniteError("the weight bias is not finite")
        Traceback (most recent call last):
            ...
        tfmling.training.not_finite.NotFiniteError: the weight bias is not finite
    """


def require_finite_metrics(metrics: Mapping[str, tf.Tensor | float], place: str = "") -> None:
    """Check that metrics are finite.

    Args:
        metrics: scalars by name.
        place: prefix of the error message.

    Raises:
        NotFiniteError: names the metrics that are not finite.

    Example:
        >>> require_finite_metrics({"loss": 2.5})
    """
    values = {name: float(value) for name, value in metrics.items()}
    if broken := {name: value for name, value in values.items() if not math.isfinite(value)}:
        raise NotFiniteError(f"{place}{broken}; expected finite numbers. {ADVICE}")


def require_finite_weights(
    variables: Sequence[keras.Variable], place: str = "", advice: str = ADVICE
) -> None:
    """Check that weights are finite.

    Args:
        variables: weights; integer ones are always finite.
        place: prefix of the error message.
        advice: last sentence of the error message.

    Raises:
        NotFiniteError: names the first weight that is not finite.

    Example:
        >>> bias = keras.Variable([1.0, np.inf], name="bias")
        >>> require_finite_weights([bias], "step 20: ", "Retry.")
        Traceback (most recent call last):
            ...
        tfmling.training.not_finite.NotFiniteError: step 20: the weight bias is not finite. Retry.
    """
    for variable in variables:
        tensor = tf.convert_to_tensor(variable.value)
        if tensor.dtype.is_floating and not bool(tf.reduce_all(tf.math.is_finite(tensor)).numpy()):
            raise NotFiniteError(f"{place}the weight {variable.path} is not finite. {advice}")


def save_batches(
    settings: Train, objectives: dict[str, TextObjective], step: int, folder: str
) -> str:
    """Write the texts of one step's batches, to find the ones that broke it.

    Batch n depends only on the seed and n, so the records are simply read again.

    Args:
        settings: of the run.
        objectives: by task name.
        step: counted from 0.
        folder: of the unfinished run.

    Returns:
        The new folder, with `<task>.jsonl`: one record, or one packed row, per line.
    """
    output = f"{folder}/not_finite/step-{step:08}"
    for number, task in enumerate(settings.tasks):
        objective = objectives[task.name]
        seed = settings.batch_seed(number)
        batches = text_batches(task.inputs, seed, objective.lengths, objective.pack)
        texts, _ = next(iter(batches.skip(step)))
        lines = _json_lines(_add_pieces(texts, objective.encoder.vocabulary))
        files.write_text(f"{output}/{task.name}.jsonl", "".join(lines))
    return output


def _add_pieces(texts: Texts, vocabulary: SubwordVocabulary) -> Texts:
    """Add readable pieces to packed rows, which hold ids."""
    if "input_word_ids" not in texts:
        return texts
    rows = tf.RaggedTensor.from_tensor(texts["input_word_ids"], padding=vocabulary.pad_id)
    pieces = tf.gather(tf.constant(vocabulary.pieces), rows)
    return {"pieces": tf.strings.reduce_join(pieces, axis=1, separator=" ")} | texts


def _json_lines(texts: Texts) -> Iterator[str]:
    columns = {name: _decode(tensor.numpy().tolist()) for name, tensor in texts.items()}
    for row in zip(*columns.values(), strict=True):
        yield json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n"


def _decode(value: object) -> Any:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return [_decode(item) for item in value] if isinstance(value, list) else value
