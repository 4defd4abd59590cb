"""Pooling: from token states to a sentence vector. B batch, L length, D width."""

import tensorflow as tf

from tfmling.modeling.pooling_kinds import KINDS, OF_FIRST_TOKEN

__all__ = ["KINDS", "OF_FIRST_TOKEN", "pool", "truncate_vectors"]


def pool(kind: str, sequence_BLD: tf.Tensor, mask_BL: tf.Tensor, pooled_BD: tf.Tensor) -> tf.Tensor:
    """Pool token states into one vector per sentence.

    Args:
        kind: one of sentence-transformers' pooling modes, or `pooler`. `mean` averages all tokens
            that are not padding, [CLS] and [SEP] included; `mean_sqrt_len_tokens` divides their
            sum by the square root of their number; `weightedmean` weights them by position 1, 2,
            ...; `max` takes the maximum of each dimension; `lasttoken` and `cls` take the state of
            the last and the first token; `pooler` takes `pooled_BD` (LaBSE).
        sequence_BLD: states of the last layer, float32.
        mask_BL: 1 at tokens, 0 at padding.
        pooled_BD: output of BERT's pooler, a dense layer and tanh over the first token's state.

    Returns:
        float32 [B, D], not normalized.

    Raises:
        ValueError: if the kind is unknown.

    Example:
        >>> states = tf.constant([[[2.0, 0.0], [4.0, 2.0], [9.0, 9.0]]])
        >>> mask = tf.constant([[1, 1, 0]])
        >>> pool("mean", states, mask, states[:, 0]).numpy()
        array([[3., 1.]], dtype=float32)
    """
    if kind == "cls":
        return sequence_BLD[:, 0, :]
    if kind == "pooler":
        return pooled_BD
    weights_BL1 = tf.cast(mask_BL, sequence_BLD.dtype)[:, :, tf.newaxis]
    if kind == "mean":
        return _weighted_mean(sequence_BLD, weights_BL1)
    if kind == "weightedmean":
        positions_L1 = tf.range(1, tf.shape(mask_BL)[1] + 1, dtype=tf.int32)[:, tf.newaxis]
        return _weighted_mean(sequence_BLD, weights_BL1 * tf.cast(positions_L1, weights_BL1.dtype))
    if kind == "mean_sqrt_len_tokens":
        count_B1 = tf.maximum(tf.reduce_sum(weights_BL1, axis=1), 1.0)
        return tf.reduce_sum(sequence_BLD * weights_BL1, axis=1) / tf.sqrt(count_B1)
    if kind == "max":
        return _max(sequence_BLD, weights_BL1)
    if kind == "lasttoken":
        return _last(sequence_BLD, mask_BL)
    raise ValueError(f"pooling must be {', '.join(KINDS)}; got {kind!r}")


def _weighted_mean(sequence_BLD: tf.Tensor, weights_BL1: tf.Tensor) -> tf.Tensor:
    """Weighted mean [B, D]; zeros for a row without tokens."""
    total_B1 = tf.reduce_sum(weights_BL1, axis=1)
    return tf.reduce_sum(sequence_BLD * weights_BL1, axis=1) / tf.maximum(total_B1, 1.0)


def _max(sequence_BLD: tf.Tensor, weights_BL1: tf.Tensor) -> tf.Tensor:
    """Maximum over tokens [B, D]; zeros for a row without tokens."""
    masked_BLD = tf.where(weights_BL1 > 0, sequence_BLD, tf.float32.min)
    has_token_B1 = tf.reduce_max(weights_BL1, axis=1) > 0
    return tf.where(has_token_B1, tf.reduce_max(masked_BLD, axis=1), 0.0)


def _last(sequence_BLD: tf.Tensor, mask_BL: tf.Tensor) -> tf.Tensor:
    """State of the last token [B, D]; padding is on the right."""
    lengths_B = tf.reduce_sum(tf.cast(mask_BL, tf.int32), axis=1)
    return tf.gather(sequence_BLD, tf.maximum(lengths_B - 1, 0), batch_dims=1)


def truncate_vectors(vectors: tf.Tensor, truncate_dim: int | None) -> tf.Tensor:
    """The first dimensions of vectors [..., D], L2-normalized again; None keeps vectors unchanged.

    Raises:
        ValueError: if `truncate_dim` is not between 1 and D.

    Example:
        >>> truncate_vectors(tf.constant([[3.0, 4.0, 12.0]]), 2).numpy()
        array([[0.6, 0.8]], dtype=float32)
    """
    if truncate_dim is None:
        return vectors
    if not 0 < truncate_dim <= vectors.shape[-1]:
        raise ValueError(f"truncate_dim: expected 1 to {vectors.shape[-1]}, got {truncate_dim}")
    return tf.math.l2_normalize(vectors[..., :truncate_dim], axis=-1)
