"""From the vectors of tokens to the vector of a sentence. B batch, L length, D width."""

import tensorflow as tf


def pool(kind: str, sequence_BLD: tf.Tensor, mask_BL: tf.Tensor, pooled_BD: tf.Tensor) -> tf.Tensor:
    """One vector a sentence.

    Args:
        kind: `mean` over all tokens that are not padding ([CLS] and [SEP] included, as in
            sentence-transformers), `cls` the state of the first token, or `pooler` (LaBSE).
        sequence_BLD: states of the last layer, float32.
        mask_BL: 1 where there is a token.
        pooled_BD: Dense + tanh of the first token's state.

    Raises:
        ValueError: an unknown kind.
    """
    if kind == "mean":
        return mean_of_tokens(sequence_BLD, mask_BL)
    if kind == "cls":
        return sequence_BLD[:, 0, :]
    if kind == "pooler":
        return pooled_BD
    raise ValueError(f"pooling must be mean, cls or pooler; got {kind!r}")


def mean_of_tokens(sequence_BLD: tf.Tensor, mask_BL: tf.Tensor) -> tf.Tensor:
    """The mean [B, D] over the tokens; zeros where a row has none."""
    weights_BL1 = tf.cast(mask_BL, sequence_BLD.dtype)[:, :, tf.newaxis]
    count_B1 = tf.reduce_sum(weights_BL1, axis=1)
    return tf.reduce_sum(sequence_BLD * weights_BL1, axis=1) / tf.maximum(count_B1, 1.0)


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
