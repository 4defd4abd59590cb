"""Keeps the texts of the step whose loss or gradient was not a finite number."""

import itertools
import json

import tensorflow as tf

from tfmling.core import files
from tfmling.inputs.text_batches import Texts, text_batches
from tfmling.objectives.text_objective import TextObjective
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.training.settings import Train


def task_seed(settings: Train, number: int) -> int:
    """The seed of a task's batches: tasks of the same records must not read them in step."""
    return settings.seed + 1000 * number


def save_broken_batches(
    settings: Train, objectives: dict[str, TextObjective], step: int, folder: str
) -> str:
    """Writes the texts that every task saw at a step.

    Batch n is a function of the seed and of n, so they are read again, and a run that resumes from
    the last checkpoint comes to the same step with the same weights and batches.

    Args:
        settings: of the training.
        objectives: by task.
        step: counted from 0.
        folder: of the running training.

    Returns:
        the new folder: `<task>.jsonl`, one record a line, or one packed row.
    """
    output = f"{folder}/not_finite/step-{step:08}"
    for number, task in enumerate(settings.tasks):
        objective = objectives[task.name]
        batches = text_batches(
            task.inputs, task_seed(settings, number), objective.lengths, objective.pack
        )
        texts, _ = next(iter(batches.skip(step)))
        readable = _with_pieces(texts, objective.encoder.vocabulary)
        files.write_text(f"{output}/{task.name}.jsonl", "".join(_lines(readable)))
    return output


def _with_pieces(texts: Texts, vocabulary: SubwordVocabulary) -> Texts:
    """Packed rows hold ids, not texts: their pieces, padding left out, are put beside."""
    if "input_word_ids" not in texts:
        return texts
    rows = tf.RaggedTensor.from_tensor(texts["input_word_ids"], padding=vocabulary.pad_id)
    pieces = tf.gather(tf.constant(vocabulary.pieces), rows)
    return {"pieces": tf.strings.reduce_join(pieces, axis=1, separator=" ")} | texts


def _lines(texts: Texts) -> itertools.chain[str]:
    columns = {name: _plain(tensor) for name, tensor in texts.items()}
    rows = (
        json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
        for row in zip(*columns.values(), strict=True)
    )
    return itertools.chain.from_iterable((row, "\n") for row in rows)


def _plain(tensor: tf.Tensor) -> list[object]:
    return [_decoded(value) for value in tensor.numpy().tolist()]


def _decoded(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return [_decoded(item) for item in value] if isinstance(value, list) else value
