"""From the vectors of tokens to the vector of a sentence. B batch, L length, D width."""

import tensorflow as tf

from tfmling.modeling.pooling_kinds import KINDS, OF_FIRST_TOKEN

__all__ = ["KINDS", "OF_FIRST_TOKEN", "pool", "truncate"]


def pool(kind: str, sequence_BLD: tf.Tensor, mask_BL: tf.Tensor, pooled_BD: tf.Tensor) -> tf.Tensor:
    """One vector a sentence.

    Args:
        kind: `mean` over all tokens that are not padding ([CLS] and [SEP] included, as in
            sentence-transformers); `mean_sqrt_len_tokens`, their sum over the root of their number;
            `weightedmean`, by positions 1, 2, ...; `max` of each number; `lasttoken`; `cls`, the
            state of the first token; or `pooler` (LaBSE).
        sequence_BLD: states of the last layer, float32.
        mask_BL: 1 where there is a token.
        pooled_BD: Dense + tanh of the first token's state.

    Raises:
        ValueError: an unknown kind.
    """
    if kind == "cls":
        return sequence_BLD[:, 0, :]
    if kind == "pooler":
        return pooled_BD
    weights_BL1 = tf.cast(mask_BL, sequence_BLD.dtype)[:, :, tf.newaxis]
    if kind == "mean":
        return _weighted_mean(sequence_BLD, weights_BL1)
    if kind == "weightedmean":
        places_L1 = tf.range(1, tf.shape(mask_BL)[1] + 1, dtype=tf.int32)[:, tf.newaxis]
        return _weighted_mean(sequence_BLD, weights_BL1 * tf.cast(places_L1, weights_BL1.dtype))
    if kind == "mean_sqrt_len_tokens":
        count_B1 = tf.maximum(tf.reduce_sum(weights_BL1, axis=1), 1.0)
        return tf.reduce_sum(sequence_BLD * weights_BL1, axis=1) / tf.sqrt(count_B1)
    if kind == "max":
        return _max(sequence_BLD, weights_BL1)
    if kind == "lasttoken":
        return _last(sequence_BLD, mask_BL)
    raise ValueError(f"pooling must be {', '.join(KINDS)}; got {kind!r}")


def _weighted_mean(sequence_BLD: tf.Tensor, weights_BL1: tf.Tensor) -> tf.Tensor:
    """The mean [B, D] over the tokens; zeros where a row has none."""
    total_B1 = tf.reduce_sum(weights_BL1, axis=1)
    return tf.reduce_sum(sequence_BLD * weights_BL1, axis=1) / tf.maximum(total_B1, 1.0)


def _max(sequence_BLD: tf.Tensor, weights_BL1: tf.Tensor) -> tf.Tensor:
    """The largest of each number over the tokens [B, D]; zeros where a row has none."""
    masked_BLD = tf.where(weights_BL1 > 0, sequence_BLD, tf.float32.min)
    has_token_B1 = tf.reduce_max(weights_BL1, axis=1) > 0
    return tf.where(has_token_B1, tf.reduce_max(masked_BLD, axis=1), 0.0)


def _last(sequence_BLD: tf.Tensor, mask_BL: tf.Tensor) -> tf.Tensor:
    """The last token's state [B, D]; padding stands behind it."""
    lengths_B = tf.reduce_sum(tf.cast(mask_BL, tf.int32), axis=1)
    return tf.gather(sequence_BLD, tf.maximum(lengths_B - 1, 0), batch_dims=1)


def truncate(vectors: tf.Tensor, dimensions: int | None) -> tf.Tensor:
    """The first `dimensions` numbers of each vector [.., D], of length one again; None: all, as is.

    Raises:
        ValueError: `dimensions` is not between 1 and D.
    """
    if dimensions is None:
        return vectors
    if not 0 < dimensions <= vectors.shape[-1]:
        raise ValueError(f"dimensions: expected 1 to {vectors.shape[-1]}, got {dimensions}")
    return tf.math.l2_normalize(vectors[..., :dimensions], axis=-1)
