"""Read records into shuffled, endless batches of text.

The order depends only on the seed: batch n is the same in a resumed run and with any number of
replicas. Shapes: N texts of a window, B global batch, R rows, L length.
"""

import functools
from collections.abc import Callable, Mapping, Sequence

import tensorflow as tf

from tfmling.core import files
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
}  # hard_negatives needs the number of negatives
PARSE_BATCH = 1024

Texts = dict[str, tf.Tensor]
Pack = Callable[[Texts, int], Texts]


def text_batches(
    settings: Inputs,
    seed: int,
    lengths: Callable[[Texts], tf.Tensor],
    pack: Pack | None = None,
) -> tf.data.Dataset:
    """Endless global batches of text.

    Args:
        settings: of the inputs.
        seed: of the order and of language sampling.
        lengths: maps texts to their lengths in tokens, int32 [N]; used with `length_buckets`.
        pack: maps texts [N] to rows [R, L]; used with `packed`.

    Returns:
        A dataset of pairs (texts, length). Texts have the fields of the record kind, each [B], or
        those of `pack`, each [B, L]. Length is the padded length of the batch, int32 scalar.

    Example:
        >>> from tfmling.core import manifest
        >>> records = [sentence.encode("Habari ya leo?", "sw")]
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", records)
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> inputs = Inputs(kind="sentences", records=["data"], max_length=16, global_batch_size=2)
        >>> def lengths(texts):
        ...     return tf.strings.length(texts["text"])
        >>> texts, length = next(iter(text_batches(inputs, seed=1, lengths=lengths)))
        >>> texts["text"].numpy().tolist(), int(length)
        ([b'Habari ya leo?', b'Habari ya leo?'], 16)
    """
    by_key = chosen_shards(settings.records, settings.kind, settings.languages)
    shares = sampling_shares(_sizes(by_key, settings.size_cap), settings.sampling_exponent)
    keys = sorted(key for key, share in shares.items() if share > 0)
    weights = [shares[key] for key in keys]
    datasets = [
        _endless_records(by_key[key], settings.shuffle_buffer, seed + n)
        for n, key in enumerate(keys)
    ]
    if settings.batch_languages == "one":
        batches = [_batches(records, settings, lengths, pack) for records in datasets]
        return _sample(batches, weights, seed)
    return _batches(_sample(datasets, weights, seed), settings, lengths, pack)


def sampling_shares(sizes: Mapping[str, float], exponent: float) -> dict[str, float]:
    """Share of each language in the batches, proportional to size ** exponent.

    EXTEND's released code uses 0.7, LaBSE's vocabulary 0.3.

    Args:
        sizes: by language (or pair).
        exponent: 1 follows the data, 0 gives all languages equal shares.

    Raises:
        ValueError: no size is positive.

    Example:
        >>> sampling_shares({"en": 9, "sw": 1}, exponent=0.5)
        {'en': 0.75, 'sw': 0.25}
    """
    powers = {key: size**exponent if size > 0 else 0.0 for key, size in sizes.items()}
    total = sum(powers.values())
    if total <= 0:
        raise ValueError(f"cannot share batches among {sorted(sizes)}: all are empty")
    return {key: power / total for key, power in powers.items()}


def _sizes(by_key: dict[str, list[str]], cap: int | None) -> dict[str, float]:
    """Bytes per language, or records if they are capped.

    LaBSE capped its bitext at 100 million pairs per language (2007.01852, section 3.1). With
    exponent 1, an epoch has min(records, cap) records of each language.
    """
    if cap is None:
        return {key: sum(files.size(path) for path in paths) for key, paths in by_key.items()}
    counts = {key: sum(tfrecord.estimate_count(p) for p in paths) for key, paths in by_key.items()}
    return {key: min(count, cap) for key, count in counts.items()}


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
    """Serialized records to pairs (texts, length)."""
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
    """A function that maps serialized records, strings [N], to texts.

    Example:
        >>> record = sentence.encode("Habari ya leo?", "sw")
        >>> parse = parser(Inputs(kind="sentences", records=[folder], global_batch_size=1))
        >>> parse(tf.constant([record]))["text"].numpy().tolist()
        [b'Habari ya leo?']
    """
    if settings.kind == "hard_negatives":
        return functools.partial(hard_negatives.parse, negatives=settings.negatives)
    return PARSERS[settings.kind]


def chosen_shards(
    folders: Sequence[str], kind: Kind, languages: Sequence[str] | None
) -> dict[str, list[str]]:
    """The shard files of each language (or pair).

    Args:
        folders: completed records folders.
        kind: of the records.
        languages: to keep; None keeps all.

    Raises:
        ValueError: no folder has a language.

    Example:
        >>> from tfmling.core import manifest
        >>> records = [sentence.encode("Habari ya leo?", "sw")]
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", records)
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> chosen_shards(["data"], "sentences", languages=None)
        {'sw': ['data/sentences/sw-00000-of-00001.tfrecord']}
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


def _endless_records(paths: list[str], buffer: int, seed: int) -> tf.data.Dataset:
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
        # longer texts go to the last bucket and are truncated
        bucket_boundaries=[bucket + 1 for bucket in buckets[:-1]],
        bucket_batch_sizes=[settings.global_batch_size] * len(buckets),
        drop_remainder=True,
    )
    limits = tf.constant(buckets)
    return batches.map(lambda texts, length: (texts, _bucket_of(tf.reduce_max(length), limits)))


def _bucket_of(length: tf.Tensor, limits: tf.Tensor) -> tf.Tensor:
    fitting = tf.boolean_mask(limits, limits >= tf.minimum(length, limits[-1]))
    return fitting[0]
