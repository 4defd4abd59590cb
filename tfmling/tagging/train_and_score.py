"""Train one tagger, choose the best epoch on the development data, score it on every test set."""

import dataclasses
import itertools
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from tfmling.core.config_errors import ConfigError
from tfmling.modeling.encoder import Encoder
from tfmling.tagging.batches import batches_by_length
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.fit import fit
from tfmling.tagging.rows import Row
from tfmling.tagging.scores import TaggingScores
from tfmling.tagging.settings import AnyHead, Fit, TaggingInputs
from tfmling.tagging.state_cache import with_states
from tfmling.tagging.tagger import Tagger
from tfmling.tagging.tagger_folder import build_tagger
from tfmling.tagging.tasks import Prepared, TaggingTask
from tfmling.tokenizers.build_tokenizer import build_tokenizer


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The result of a training.

    Attributes:
        tagger: with the weights of the best epoch.
        epoch: the best epoch, from 1.
        scores: of `development` and every test set.
        notes: number of sentences, words or pairs that were windowed or cut, by part.

    Example:
        >>> from tfmling.tagging.linear_tagger import LinearTagger
        >>> tagger = LinearTagger(encoder, labels=2, dropout=0.1)
        >>> scores = {"development": TaggingScores({"accuracy": 0.9})}
        >>> outcome = Outcome(tagger, epoch=3, scores=scores, notes={})
        >>> outcome.scores["development"].overall["accuracy"]
        0.9
    """

    tagger: Tagger
    epoch: int
    scores: dict[str, TaggingScores]
    notes: dict[str, dict[str, int]]


def train_and_score(
    task: TaggingTask, head: AnyHead, encoder: Encoder, settings: Fit, folder: str
) -> Outcome:
    """Train a new head, and the encoder too if the head is linear.

    Args:
        task: the data.
        head: of the tagger.
        encoder: is changed if the head is linear.
        settings: schedule and seed.
        folder: for history.jsonl and checkpoints; see `fit`.

    Raises:
        ConfigError: rows are longer than the encoder's maximum.
        CacheSizeError: the hidden states of a frozen encoder need too much space.
    """
    check_length(settings, encoder.max_sequence_length)
    keras.utils.set_random_seed(settings.seed)
    tagger = build_tagger(task.config(head), encoder)
    tokenizer = build_tokenizer(encoder.vocabulary)
    parts = {"development": task.development, **task.test}
    prepared = {
        name: task.prepare(items, tokenizer, settings.inputs)
        for name, items in {"train": task.train, **parts}.items()
    }
    if isinstance(tagger, CrfTagger) and settings.cache is not None:
        prepared = _with_states(tagger, prepared, settings)
    predict = Predictor(tagger, settings.inputs)

    def score(part: str) -> TaggingScores:
        return task.score(parts[part], prepared[part].join(predict(prepared[part].rows)))

    best = fit(
        tagger,
        prepared["train"].rows,
        settings,
        lambda: score("development").overall[task.METRIC],
        folder,
    )
    notes = {name: dict(own.notes) for name, own in prepared.items()}
    return Outcome(tagger, best.epoch, {part: score(part) for part in parts}, notes)


class Predictor:
    """Predicts the labels of rows with the current weights of a tagger.

    Args:
        tagger: may be trained between two calls.
        inputs: size of batches.

    Example:
        >>> from tfmling.tagging.linear_tagger import PairClassifier
        >>> predict = Predictor(PairClassifier(encoder, labels=1, dropout=0.0), TaggingInputs())
        >>> row = {"input_word_ids": np.array([2, 5, 3]), "input_mask": np.ones(3, np.int32),
        ...        "input_type_ids": np.zeros(3, np.int32)}
        >>> [int(label) for label in predict([row, row])]  # one label only: always 0
        [0, 0]
    """

    def __init__(self, tagger: Tagger, inputs: TaggingInputs):
        self._inputs = inputs
        self._predict = tf.function(tagger.predict, reduce_retracing=True)

    def __call__(self, rows: Sequence[Row]) -> list[np.ndarray]:
        """Return the output of `Tagger.predict` for each row."""
        found: list[np.ndarray] = [np.zeros(0)] * len(rows)
        for numbers, batch in batches_by_length(rows, self._inputs):
            tensors = {name: tf.constant(array) for name, array in batch.items()}
            labels = self._predict(tensors).numpy()
            for number, own in zip(numbers, labels, strict=False):  # the last batch is padded
                found[number] = own
        return found


def check_length(settings: Fit, longest: int, key: str = "fit") -> None:
    """Check that an encoder can read the rows of a training.

    Args:
        settings: of the training.
        longest: the encoder's maximum sequence length.
        key: path of the settings, for the error message.

    Raises:
        ConfigError: rows are longer.

    Example:
        >>> check_length(Fit(), longest=64)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        tfmling...ConfigError: fit.inputs.max_length: expected at most 64, ..., got 128; ...
    """
    if settings.inputs.max_length > longest:
        raise ConfigError(
            f"{key}.inputs.max_length: expected at most {longest}, the maximum of the encoder, got "
            f"{settings.inputs.max_length}; longer sentences are read in windows"
        )


def _with_states(
    tagger: CrfTagger, prepared: dict[str, Prepared], settings: Fit
) -> dict[str, Prepared]:
    """Add cached hidden states to the rows of all parts."""
    assert settings.cache is not None, "called only with a cache"
    everything = [row for own in prepared.values() for row in own.rows]
    rows = iter(with_states(tagger, everything, settings.inputs, settings.cache))
    return {
        name: dataclasses.replace(own, rows=list(itertools.islice(rows, len(own.rows))))
        for name, own in prepared.items()
    }
