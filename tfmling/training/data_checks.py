"""Check the records of a run before its first step.

Reads the first thousand records of each language (or pair).
"""

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import tensorflow as tf

from tfmling.core.config_errors import ConfigError
from tfmling.inputs.text_batches import Texts, chosen_shards, parser
from tfmling.objectives.objective import TextObjective
from tfmling.objectives.settings import AnyTask, DualEncoder
from tfmling.records import tfrecord
from tfmling.training.settings import Train

SAMPLE = 1000

_TEXT_FIELDS = ("text", "source", "target", "first", "second")


def check_data(settings: Train, objectives: Mapping[str, TextObjective]) -> None:
    """Check that every task can be trained on its records.

    Raises:
        ConfigError: a language has no records, a text is empty, there are more length buckets than
            records, or batches have nothing to rank; reports the first problem.
    """
    for number, task in enumerate(settings.tasks):
        _check_task(task, objectives[task.name], f"tasks.{number}.inputs")


def _check_task(task: AnyTask, objective: TextObjective, key: str) -> None:
    samples = dict(_read_samples(task, key))
    if not any(len(own) for own in samples.values()):
        raise ConfigError(f"{key}.records: expected records of {', '.join(samples)}, found none")
    for language, own in samples.items():
        _require_texts(own, language, key)
    pools = [own.texts for own in samples.values() if len(own)]
    if task.inputs.batch_languages == "mixed":
        pools = [{name: tf.concat([own[name] for own in pools], axis=0) for name in pools[0]}]
    _note_large_batch(task, key)
    if all(len(own) < SAMPLE for own in samples.values()):  # all records were read
        for texts in pools:
            _check_pool(task, texts, objective, key)


def _note_large_batch(task: AnyTask, key: str) -> None:
    """Say that a batch repeats records, if it does; a packed batch counts rows."""
    inputs = task.inputs
    by_language = chosen_shards(inputs.records, inputs.kind, inputs.languages)
    count = sum(tfrecord.estimate_count(path) for own in by_language.values() for path in own)
    if count < inputs.global_batch_size and not inputs.packed:
        print(
            f"{key}.global_batch_size is {inputs.global_batch_size:,}, more than all "
            f"{count:,.0f} records: a batch repeats a record "
            f"{inputs.global_batch_size / count:.1f} times on average",
            file=sys.stderr,
        )


class _Sample:
    """The first records of a language: texts [N] each, and the location of each record."""

    def __init__(self, task: AnyTask, paths: Sequence[str]):
        records = [*itertools.islice(_read_records(paths), SAMPLE)]
        self.locations = [location for location, _ in records]
        self.texts: Texts = {}
        if records:
            self.texts = parser(task.inputs)(tf.constant([record for _, record in records]))

    def __len__(self) -> int:
        return len(self.locations)


def _read_records(paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        for number, record in enumerate(tfrecord.read(path)):
            yield f"{path}, record {number}", record


def _read_samples(task: AnyTask, key: str) -> Iterator[tuple[str, _Sample]]:
    inputs = task.inputs
    try:
        by_language = chosen_shards(inputs.records, inputs.kind, inputs.languages)
    except ValueError as error:
        raise ConfigError(f"{key}: {error}") from None
    for language, paths in by_language.items():
        yield language, _Sample(task, paths)


def _require_texts(sample: _Sample, language: str, key: str) -> None:
    for field in _TEXT_FIELDS:
        for number, text in enumerate(_strings(sample.texts, field)):
            if not text.decode(errors="replace").strip():
                raise ConfigError(
                    f"{key}.records: {language}: expected text, found an empty {field}: "
                    f"{sample.locations[number]} (from 0); remove empty texts and write the "
                    "records again"
                )


def _strings(texts: Texts, field: str) -> list[bytes]:
    if field not in texts:
        return []
    rows = texts[field]
    if isinstance(rows, tf.RaggedTensor):
        rows = tf.strings.reduce_join(rows, axis=-1, separator=" ")
    return list(np.ravel(rows.numpy()))


def _check_pool(task: AnyTask, texts: Texts, objective: TextObjective, key: str) -> None:
    """Check the records that batches are drawn from, all of which were read."""
    count, buckets = len(next(iter(texts.values()))), task.inputs.length_buckets
    if len(buckets) > count:
        raise ConfigError(
            f"{key}.length_buckets: expected at most as many buckets as records ({count}), found "
            f"{len(buckets)}; each batch would repeat a single record"
        )
    if not (isinstance(task, DualEncoder) or getattr(task, "ranking", None)):
        return
    sides = [_strings(texts, field) for field in _TEXT_FIELDS if field in texts]
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


def _by_bucket(
    texts: Texts, objective: TextObjective, buckets: Sequence[int]
) -> Iterator[list[int]]:
    """The indices of the records in each bucket that has any."""
    if not buckets:
        yield [*range(len(next(iter(texts.values()))))]
        return
    lengths = np.minimum(objective.lengths(texts).numpy(), buckets[-1])
    places = np.searchsorted(buckets, lengths)
    for place in np.unique(places):
        yield [int(n) for n in np.flatnonzero(places == place)]
