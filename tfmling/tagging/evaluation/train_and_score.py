"""One labeller: trained, the best epoch by the development data, scored on every test set."""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import keras

from tfmling.core.config_errors import ConfigError
from tfmling.modeling.encoder import Encoder
from tfmling.tagging.evaluation.label_task import LabelTask, Prepared, Scores
from tfmling.tagging.evaluation.pair_task import PairTask
from tfmling.tagging.evaluation.predictor import Predictor
from tfmling.tagging.evaluation.word_tasks import EntityTask, WordTask
from tfmling.tagging.modeling.build import build_labeller
from tfmling.tagging.modeling.crf_tagger import CrfTagger
from tfmling.tagging.modeling.labeller import Labeller
from tfmling.tagging.modeling.settings import AnyHead
from tfmling.tagging.training.fit import fit
from tfmling.tagging.training.settings import AnyLabelTask, Entities, Fit, Words
from tfmling.tagging.training.state_cache import with_states
from tfmling.tokenizers.build_tokenizer import build_tokenizer


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a training gave.

    Attributes:
        labeller: with the weights of the best epoch.
        epoch: the best, from 1.
        scores: of `development` and every test set.
        notes: how many sentences, words or pairs were windowed or cut, by part.
    """

    labeller: Labeller
    epoch: int
    scores: dict[str, Scores]
    notes: dict[str, dict[str, int]]


def read_task(settings: AnyLabelTask) -> LabelTask:
    """Reads all data of a task.

    Raises:
        CorpusError: what cannot be used, with file and line.
    """
    if isinstance(settings, Entities):
        return EntityTask(settings)
    return WordTask(settings) if isinstance(settings, Words) else PairTask(settings)


def train_and_score(
    task: LabelTask, head: AnyHead, encoder: Encoder, settings: Fit, folder: str
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
    labeller = build_labeller(task.description(head), encoder)
    tokenizer = build_tokenizer(encoder.vocabulary)
    parts = {"development": task.development, **task.test}
    prepared = {
        name: task.prepare(items, tokenizer, settings.inputs)
        for name, items in {"train": task.train, **parts}.items()
    }
    if isinstance(labeller, CrfTagger) and settings.cache is not None:
        prepared = _with_states(labeller, prepared, settings)
    predictor = Predictor(labeller, settings.inputs)

    def scores_of(part: str) -> Scores:
        return _score(task, parts[part], prepared[part], predictor)

    best = fit(
        labeller,
        prepared["train"].rows,
        settings,
        lambda: scores_of("development").figures[task.MEASURE],
        folder,
    )
    return Outcome(
        labeller,
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
    labeller: CrfTagger, prepared: dict[str, Prepared], settings: Fit
) -> dict[str, Prepared]:
    """All parts, their rows with states; encoded in one go."""
    assert settings.cache is not None, "asked for only where there is a cache"
    everything = [row for own in prepared.values() for row in own.rows]
    rows = iter(with_states(labeller, everything, settings.inputs, settings.cache))
    return {
        name: dataclasses.replace(own, rows=list(itertools.islice(rows, len(own.rows))))
        for name, own in prepared.items()
    }


def _score(
    task: LabelTask, items: Sequence[Any], prepared: Prepared, predictor: Predictor
) -> Scores:
    return task.score(items, prepared.join(predictor(prepared.rows)))
