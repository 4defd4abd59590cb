"""Records to shuffled, endless batches of text.

The order is a function of the seed alone: batch n is the same in a run that was resumed, on any
number of replicas. B is the global batch.
"""

import functools
from collections.abc import Callable, Sequence

import tensorflow as tf

from tfmling.core import files
from tfmling.inputs.sampling import capped, smoothed_rates
from tfmling.inputs.settings import Inputs
from tfmling.records import tfrecord
from tfmling.records.folder import Kind, shards
from tfmling.records.schemas import (
    aligned_pair,
    hard_negatives,
    segment_pair,
    sentence,
    sentence_pair,
)

PARSERS = {
    "sentences": sentence.parse,
    "segment_pairs": segment_pair.parse,
    "sentence_pairs": sentence_pair.parse,
    "aligned_pairs": aligned_pair.parse,
}  # of the kind hard_negatives: how many is a setting
PARSE_BATCH = 1024

Texts = dict[str, tf.Tensor]
Pack = Callable[[Texts, int], Texts]


def text_batches(
    settings: Inputs,
    seed: int,
    lengths: Callable[[Texts], tf.Tensor],
    pack: Pack | None = None,
) -> tf.data.Dataset:
    """Endless batches of text.

    Args:
        settings: what to read.
        seed: of order and language choice.
        lengths: gives the length [N] int32, in tokens, that texts will have; asked only where
            `length_buckets` are set.
        pack: lays texts [N] into rows [R, L]; asked only where `packed` is set.

    Returns:
        A dataset of (texts, length): texts as `parse` of the record kind gives them, each [B], or
        rows as `pack` makes them, each [B, L]; length int32 scalar, the padded length of the batch.
    """
    by_key = chosen_shards(settings.records, settings.kind, settings.languages)
    rates = smoothed_rates(_sizes(by_key, settings.size_cap), settings.sampling_exponent)
    keys = sorted(key for key, rate in rates.items() if rate > 0)
    weights = [rates[key] for key in keys]
    datasets = [
        _endless(by_key[key], settings.shuffle_buffer, seed + n) for n, key in enumerate(keys)
    ]
    if settings.batch_languages == "one":
        batches = [_batches(records, settings, lengths, pack) for records in datasets]
        return _sample(batches, weights, seed)
    return _batches(_sample(datasets, weights, seed), settings, lengths, pack)


def _sample(datasets: list[tf.data.Dataset], weights: list[float], seed: int) -> tf.data.Dataset:
    if len(datasets) == 1:
        return datasets[0]
    return tf.data.Dataset.sample_from_datasets(datasets, weights, seed=seed)


def _batches(
    records: tf.data.Dataset,
    settings: Inputs,
    lengths: Callable[[Texts], tf.Tensor],
    pack: Pack | None,
) -> tf.data.Dataset:
    """Serialized records to (texts, length)."""
    parsed = records.batch(PARSE_BATCH, drop_remainder=False).map(
        parser(settings), num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
    )
    if settings.length_buckets:
        return _bucketed(parsed, settings, lengths)
    if settings.packed and pack is not None:
        parsed = parsed.map(lambda texts: pack(texts, settings.max_length))
    batches = parsed.rebatch(settings.global_batch_size, drop_remainder=True)
    return batches.map(lambda texts: (texts, settings.max_length))


def parser(settings: Inputs) -> Callable[[tf.Tensor], Texts]:
    """Serialized records, strings [N], to texts, of the settings' kind."""
    if settings.kind == "hard_negatives":
        return functools.partial(hard_negatives.parse, negatives=settings.negatives)
    return PARSERS[settings.kind]


def _sizes(by_key: dict[str, list[str]], cap: int | None) -> dict[str, float]:
    """Bytes, or records where they are capped."""
    if cap is None:
        return {key: sum(files.size(path) for path in paths) for key, paths in by_key.items()}
    counts = {key: sum(tfrecord.estimate_count(p) for p in paths) for key, paths in by_key.items()}
    return capped(counts, cap)


def chosen_shards(
    folders: Sequence[str], kind: Kind, languages: Sequence[str] | None
) -> dict[str, list[str]]:
    """The shard files of each language (or pair).

    Args:
        folders: completed records folders.
        kind: of the records.
        languages: only these; None takes all.

    Raises:
        ValueError: a language was asked for that no folder has.
    """
    found: dict[str, list[str]] = {}
    for folder in folders:
        for key, paths in shards(folder, kind).items():
            found.setdefault(key, []).extend(paths)
    if languages is None:
        return found
    if missing := sorted(set(languages) - set(found)):
        raise ValueError(f"no records of {missing} in {list(folders)}; they hold {sorted(found)}")
    return {key: found[key] for key in languages}


def _endless(paths: list[str], buffer: int, seed: int) -> tf.data.Dataset:
    names = tf.data.Dataset.from_tensor_slices(paths)
    names = names.shuffle(len(paths), seed=seed, reshuffle_each_iteration=True)
    records = names.interleave(tf.data.TFRecordDataset, cycle_length=min(len(paths), 16))
    return records.shuffle(buffer, seed=seed, reshuffle_each_iteration=True).repeat()


def _bucketed(
    parsed: tf.data.Dataset, settings: Inputs, lengths: Callable[[Texts], tf.Tensor]
) -> tf.data.Dataset:
    measured = parsed.map(lambda texts: (texts, lengths(texts))).unbatch()
    buckets = settings.length_buckets
    batches = measured.bucket_by_sequence_length(
        element_length_func=lambda _, length: length,
        # the last bucket takes everything longer too: those are truncated
        bucket_boundaries=[bucket + 1 for bucket in buckets[:-1]],
        bucket_batch_sizes=[settings.global_batch_size] * len(buckets),
        drop_remainder=True,
    )
    limits = tf.constant(buckets)
    return batches.map(lambda texts, length: (texts, _bucket_of(tf.reduce_max(length), limits)))


def _bucket_of(length: tf.Tensor, limits: tf.Tensor) -> tf.Tensor:
    fitting = tf.boolean_mask(limits, limits >= tf.minimum(length, limits[-1]))
    return fitting[0]
