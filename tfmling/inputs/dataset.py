"""The batches that a training task sees, from its inputs' settings and its objective."""

from collections.abc import Callable

import tensorflow as tf

from tfmling.inputs.settings import Inputs
from tfmling.inputs.text_batches import Pack, Texts, parser, text_batches

Prepare = Callable[[Texts, tf.Tensor, "tf.Tensor | int"], dict[str, tf.Tensor]]


def training_dataset(
    settings: Inputs,
    seed: int,
    *,
    lengths: Callable[[Texts], tf.Tensor],
    prepare: Prepare,
    pack: Pack | None = None,
    first_batch: int = 0,
) -> tf.data.Dataset:
    """Endless global batches of features, beginning with batch number `first_batch`.

    Args:
        settings: what to read.
        seed: of order and masks; batch n depends on the seed and on n alone.
        lengths: the length in tokens that texts will have, int32 [N].
        prepare: (texts, seed int [2], padded length) -> features, each [B, ...].
        pack: (texts, length) -> rows, which `prepare` then gets; for packed inputs.
        first_batch: how many batches an interrupted run had used.
    """
    numbered = text_batches(settings, seed, lengths, pack).enumerate().skip(first_batch)

    def features(number: tf.Tensor, batch: tuple[Texts, tf.Tensor]) -> dict[str, tf.Tensor]:
        texts, length = batch
        # one static shape where all batches are padded alike, as TPUs need
        padded = length if settings.length_buckets else settings.max_length
        return _with_batch_size(
            prepare(texts, tf.stack([tf.cast(seed, tf.int64), number]), padded),
            settings.global_batch_size,
        )

    return numbered.map(features, num_parallel_calls=2, deterministic=True).prefetch(2)


def feature_spec(
    settings: Inputs, prepare: Prepare, pack: Pack | None = None
) -> dict[str, tf.TensorSpec]:
    """Shape and type of each feature of a batch, without reading a record.

    Args:
        settings: kind of the records, length and size of the batch; without length_buckets.
        prepare, pack: see `training_dataset`.
    """
    serialized = tf.data.Dataset.from_tensors(tf.fill([settings.global_batch_size], b""))
    seed = tf.zeros([2], tf.int64)

    def features(records: tf.Tensor) -> dict[str, tf.Tensor]:
        texts = parser(settings)(records)
        if settings.packed and pack is not None:
            texts = pack(texts, settings.max_length)
        prepared = prepare(texts, seed, settings.max_length)
        return _with_batch_size(prepared, settings.global_batch_size)

    return serialized.map(features).element_spec


def _with_batch_size(features: dict[str, tf.Tensor], size: int) -> dict[str, tf.Tensor]:
    return {
        name: tf.ensure_shape(tensor, [size, *tensor.shape[1:]])
        for name, tensor in features.items()
    }
