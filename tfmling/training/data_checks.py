"""Checks of the records of a training, before its first step.

Of each language (or pair) the first thousand records are read.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import tensorflow as tf

from tfmling.core.config_errors import ConfigError
from tfmling.inputs.text_batches import Texts, chosen_shards, parser
from tfmling.objectives.settings import AnyTask, DualEncoder
from tfmling.objectives.text_objective import TextObjective
from tfmling.records import tfrecord
from tfmling.training.settings import Train

SAMPLE = 1000

_TEXTS = ("text", "source", "target", "first", "second")


def check_data(settings: Train, objectives: Mapping[str, TextObjective]) -> None:
    """Checks that every task can be trained on its records.

    Raises:
        ConfigError: no records of a language, empty texts, more length buckets than records, or
            batches that a ranking loss cannot rank; the first fault.
    """
    for number, task in enumerate(settings.tasks):
        _check_task(task, objectives[task.name], f"tasks.{number}.inputs")


def _check_task(task: AnyTask, objective: TextObjective, key: str) -> None:
    samples = dict(_samples(task, key))
    if not any(len(own) for own in samples.values()):
        raise ConfigError(f"{key}.records: expected records of {', '.join(samples)}, found none")
    for name, own in samples.items():
        _require_texts(own, name, key)
    pools = [own.texts for own in samples.values() if len(own)]
    if task.inputs.batch_languages == "mixed":
        pools = [_join(pools)]
    read_whole = all(len(own) < SAMPLE for own in samples.values())
    for texts in pools if read_whole else ():
        _check_pool(task, texts, objective, key)


class _Sample:
    """The first records of a language: texts [N] each, and the file of each record."""

    def __init__(self, task: AnyTask, paths: Sequence[str]):
        found = [*itertools.islice(_records(paths), SAMPLE)]
        self.places = [place for place, _ in found]
        self.texts: Texts = {}
        if found:
            self.texts = parser(task.inputs)(tf.constant([record for _, record in found]))

    def __len__(self) -> int:
        return len(self.places)


def _records(paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        for number, record in enumerate(tfrecord.read(path)):
            yield f"{path}, record {number}", record


def _samples(task: AnyTask, key: str) -> Iterator[tuple[str, _Sample]]:
    inputs = task.inputs
    try:
        by_key = chosen_shards(inputs.records, inputs.kind, inputs.languages)
    except ValueError as error:
        raise ConfigError(f"{key}: {error}") from None
    for name, paths in by_key.items():
        yield name, _Sample(task, paths)


def _require_texts(sample: _Sample, name: str, key: str) -> None:
    for field in _TEXTS:
        for number, text in enumerate(_strings(sample.texts, field)):
            if not text.decode(errors="replace").strip():
                raise ConfigError(
                    f"{key}.records: {name}: expected text, found an empty {field}: "
                    f"{sample.places[number]} (from 0); remove empty texts and write the records "
                    "again"
                )


def _strings(texts: Texts, field: str) -> list[bytes]:
    if field not in texts:
        return []
    rows = texts[field]
    if isinstance(rows, tf.RaggedTensor):
        rows = tf.strings.reduce_join(rows, axis=-1, separator=" ")
    return list(np.ravel(rows.numpy()))


def _join(pools: Sequence[Texts]) -> Texts:
    return {name: tf.concat([own[name] for own in pools], axis=0) for name in pools[0]}


def _check_pool(task: AnyTask, texts: Texts, objective: TextObjective, key: str) -> None:
    """Checks records from which batches are drawn, all of which were read."""
    count, buckets = len(next(iter(texts.values()))), task.inputs.length_buckets
    if len(buckets) > count:
        raise ConfigError(
            f"{key}.length_buckets: expected at most as many buckets as records ({count}), found "
            f"{len(buckets)}; each batch would hold one record again and again"
        )
    if not _ranks(task):
        return
    sides = [_strings(texts, field) for field in _TEXTS if field in texts]
    alone = [
        numbers
        for numbers in _by_bucket(texts, objective, buckets)
        if min(len({own[n] for n in numbers}) for own in sides) < 2
    ]
    if 2 * sum(map(len, alone)) > count:
        where = "in a length bucket " if buckets else ""
        advice = "add records or use fewer length_buckets" if buckets else "add records"
        raise ConfigError(
            f"{key}.records: expected at least 2 different texts on each side {where}to rank, "
            f"found 1, for {sum(map(len, alone))} of {count} records; {advice}"
        )


def _ranks(task: AnyTask) -> bool:
    return isinstance(task, DualEncoder) or getattr(task, "ranking", None) is not None


def _by_bucket(
    texts: Texts, objective: TextObjective, buckets: Sequence[int]
) -> Iterator[list[int]]:
    """The numbers of the records in each bucket that has any."""
    if not buckets:
        yield [*range(len(next(iter(texts.values()))))]
        return
    lengths = np.minimum(objective.lengths(texts).numpy(), buckets[-1])
    places = np.searchsorted(buckets, lengths)
    for place in np.unique(places):
        yield [int(n) for n in np.flatnonzero(places == place)]
