"""One tagger: trained, the best epoch by the development data, scored on every test set."""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import keras

from tfmling.core.config_errors import ConfigError
from tfmling.modeling.encoder import Encoder
from tfmling.tagging.build import build_tagger
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.fit import fit
from tfmling.tagging.pair_task import PairTask
from tfmling.tagging.predictor import Predictor
from tfmling.tagging.settings import AnyHead, AnyTask, EntityCorpora, Fit, WordCorpora
from tfmling.tagging.state_cache import with_states
from tfmling.tagging.tagger import Tagger
from tfmling.tagging.task import Prepared, TaggingScores, TaggingTask
from tfmling.tagging.word_tasks import EntityTask, WordTask
from tfmling.tokenizers.build_tokenizer import build_tokenizer


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a training gave.

    Attributes:
        tagger: with the weights of the best epoch.
        epoch: the best, from 1.
        scores: of `development` and every test set.
        notes: how many sentences, words or pairs were windowed or cut, by part.
    """

    tagger: Tagger
    epoch: int
    scores: dict[str, TaggingScores]
    notes: dict[str, dict[str, int]]


def read_task(settings: AnyTask) -> TaggingTask:
    """Reads all data of a task.

    Raises:
        CorpusError: what cannot be used, with file and line.
    """
    if isinstance(settings, EntityCorpora):
        return EntityTask(settings)
    return WordTask(settings) if isinstance(settings, WordCorpora) else PairTask(settings)


def train_and_score(
    task: TaggingTask, head: AnyHead, encoder: Encoder, settings: Fit, folder: str
) -> Outcome:
    """Trains a new head, and the encoder too where the head is linear.

    Args:
        task: its data.
        head: what is put on the encoder.
        encoder: is changed by a linear head.
        settings: how long, with which seed.
        folder: for history.jsonl and checkpoints; see `fit`.

    Raises:
        ConfigError: rows are longer than the encoder can read.
        CacheSizeError: the states of a frozen encoder take more room than they may.
    """
    check_length(settings, encoder.max_sequence_length)
    keras.utils.set_random_seed(settings.seed)
    tagger = build_tagger(task.description(head), encoder)
    tokenizer = build_tokenizer(encoder.vocabulary)
    parts = {"development": task.development, **task.test}
    prepared = {
        name: task.prepare(items, tokenizer, settings.inputs)
        for name, items in {"train": task.train, **parts}.items()
    }
    if isinstance(tagger, CrfTagger) and settings.cache is not None:
        prepared = _with_states(tagger, prepared, settings)
    predictor = Predictor(tagger, settings.inputs)

    def scores_of(part: str) -> TaggingScores:
        return _score(task, parts[part], prepared[part], predictor)

    best = fit(
        tagger,
        prepared["train"].rows,
        settings,
        lambda: scores_of("development").overall[task.METRIC],
        folder,
    )
    return Outcome(
        tagger,
        best.epoch,
        {part: scores_of(part) for part in parts},
        {name: dict(own.notes) for name, own in prepared.items()},
    )


def check_length(settings: Fit, longest: int, key: str = "fit") -> None:
    """Whether an encoder can read the rows of a training.

    Args:
        settings: of the training.
        longest: the pieces that the encoder reads of a row.
        key: where the settings stand, for the error.

    Raises:
        ConfigError: rows are longer.
    """
    if settings.inputs.max_length > longest:
        raise ConfigError(
            f"{key}.inputs.max_length: expected at most {longest}, which the encoder can read, got "
            f"{settings.inputs.max_length}; longer sentences are read in windows"
        )


def _with_states(
    tagger: CrfTagger, prepared: dict[str, Prepared], settings: Fit
) -> dict[str, Prepared]:
    """All parts, their rows with states; encoded in one go."""
    assert settings.cache is not None, "asked for only where there is a cache"
    everything = [row for own in prepared.values() for row in own.rows]
    rows = iter(with_states(tagger, everything, settings.inputs, settings.cache))
    return {
        name: dataclasses.replace(own, rows=list(itertools.islice(rows, len(own.rows))))
        for name, own in prepared.items()
    }


def _score(
    task: TaggingTask, items: Sequence[Any], prepared: Prepared, predictor: Predictor
) -> TaggingScores:
    return task.score(items, prepared.join(predictor(prepared.rows)))
