"""Build the batches of features that a training task reads."""

from collections.abc import Callable

import tensorflow as tf

from tfmling.inputs.settings import Inputs
from tfmling.inputs.text_batches import Pack, Texts, parser, text_batches

Features = dict[str, tf.Tensor]  # model inputs and labels of a batch, by name
Prepare = Callable[[Texts, tf.Tensor, "tf.Tensor | int"], Features]


def training_dataset(
    settings: Inputs,
    seed: int,
    *,
    lengths: Callable[[Texts], tf.Tensor],
    prepare: Prepare,
    pack: Pack | None = None,
    first_batch: int = 0,
) -> tf.data.Dataset:
    """Endless global batches of features.

    Args:
        settings: of the inputs.
        seed: of order and masks; batch n depends only on the seed and n.
        lengths: maps texts to their lengths in tokens, int32 [N].
        prepare: maps (texts, seed int [2], padded length) to features, each [B, ...].
        pack: maps (texts, length) to rows, which `prepare` then receives; for packed inputs.
        first_batch: number of batches to skip, those that a run used before it resumed.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.records import schemas, tfrecord
        >>> records = [schemas.sentence.encode("Habari?", "sw")]
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", records)
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> inputs = Inputs(kind="sentences", records=["data"], global_batch_size=2)
        >>> def lengths(texts):
        ...     return tf.strings.length(texts["text"])
        >>> def prepare(texts, seed, length):
        ...     return {"bytes": lengths(texts)}
        >>> batches = training_dataset(inputs, seed=1, lengths=lengths, prepare=prepare)
        >>> next(iter(batches))["bytes"].numpy().tolist()
        [7, 7]
    """
    numbered = text_batches(settings, seed, lengths, pack).enumerate().skip(first_batch)

    def features(number: tf.Tensor, batch: tuple[Texts, tf.Tensor]) -> Features:
        texts, length = batch
        # a static shape if all batches have the same length, as TPUs need
        padded = length if settings.length_buckets else settings.max_length
        return _set_batch_size(
            prepare(texts, tf.stack([tf.cast(seed, tf.int64), number]), padded),
            settings.global_batch_size,
        )

    return numbered.map(features, num_parallel_calls=2, deterministic=True).prefetch(2)


def feature_spec(
    settings: Inputs, prepare: Prepare, pack: Pack | None = None
) -> dict[str, tf.TensorSpec]:
    """Shape and dtype of each feature of a batch, without reading a record.

    Args:
        settings: of the inputs; without length_buckets.
        prepare: see `training_dataset`.
        pack: see `training_dataset`.

    Example:
        >>> inputs = Inputs(kind="sentences", records=[folder], global_batch_size=8)
        >>> def prepare(texts, seed, length):
        ...     return {"bytes": tf.strings.length(texts["text"])}
        >>> feature_spec(inputs, prepare)
        {'bytes': TensorSpec(shape=(8,), dtype=tf.int32, name=None)}
    """
    serialized = tf.data.Dataset.from_tensors(tf.fill([settings.global_batch_size], b""))
    seed = tf.zeros([2], tf.int64)

    def features(records: tf.Tensor) -> Features:
        texts = parser(settings)(records)
        if settings.packed and pack is not None:
            texts = pack(texts, settings.max_length)
        prepared = prepare(texts, seed, settings.max_length)
        return _set_batch_size(prepared, settings.global_batch_size)

    return serialized.map(features).element_spec


def _set_batch_size(features: Features, size: int) -> Features:
    return {
        name: tf.ensure_shape(tensor, [size, *tensor.shape[1:]])
        for name, tensor in features.items()
    }
