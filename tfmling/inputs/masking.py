"""Choose and mask the tokens that a masked language model predicts.

Only maskable tokens are processed, as one flat list over all rows, so that a batch of short
sentences costs as much as its tokens, not as its padding.

Shapes: B batch, L length, P predictions; N maskable tokens, W words, C chosen tokens of all rows.
"""

from typing import NamedTuple

import tensorflow as tf


class _WordSpans(NamedTuple):
    """The words of a batch, row by row.

    Attributes:
        positions: int32 [N], of each token in the flattened batch, ascending.
        word_of_token: int32 [N], index of a word, counted over all rows.
        rows: int32 [W], the row of each word, ascending.
        sizes: int32 [W], tokens of each word.
        tokens: int32 [B], tokens of each row.
    """

    positions: tf.Tensor
    word_of_token: tf.Tensor
    rows: tf.Tensor
    sizes: tf.Tensor
    tokens: tf.Tensor


def mask_tokens(
    ids_BL: tf.Tensor,
    maskable_BL: tf.Tensor,
    starts_word_BL: tf.Tensor,
    *,
    mask_rate: float,
    max_predictions: int,
    mask_id: int,
    vocabulary_size: int,
    seed: tf.Tensor,
) -> dict[str, tf.Tensor]:
    """Choose words at random and mask them (Devlin et al. 2019, 3.1; whole words as released).

    Words are chosen in random order while at most half of the next one exceeds the budget of
    mask_rate x maskable tokens. Of the chosen tokens, 80 % become [MASK], 10 % a random piece, and
    10 % stay.

    Args:
        ids_BL: piece ids, int32.
        maskable_BL: bool, False for special tokens and padding.
        starts_word_BL: bool, True at the first piece of a word; all True masks single pieces.
        mask_rate: share of the maskable tokens to choose.
        max_predictions: P.
        mask_id: id of [MASK].
        vocabulary_size: for random pieces.
        seed: int [2]; equal seeds choose equal tokens.

    Returns:
        Masked `input_word_ids` [B, L]; `masked_lm_positions` and `masked_lm_ids` int32 and
        `masked_lm_weights` float32, each [B, P], padded with 0.

    Example:
        >>> ids = tf.constant([[2, 7, 7, 3]])
        >>> features = mask_tokens(ids, ids > 4, ids > 4, mask_rate=0.5, max_predictions=3,
        ...                        mask_id=4, vocabulary_size=10, seed=tf.constant([1, 2]))
        >>> features["masked_lm_ids"].numpy().tolist()
        [[7, 0, 0]]
    """
    seeds = tf.random.split(tf.cast(seed, tf.int32), 3)
    spans = _find_words(maskable_BL, starts_word_BL)
    position_C = _choose_positions(spans, mask_rate, max_predictions, seeds[0])
    ids = tf.reshape(ids_BL, [-1])
    label_C = tf.gather(ids, position_C)
    masked_C = _mask(label_C, mask_id, vocabulary_size, seeds[1], seeds[2])
    masked = tf.tensor_scatter_nd_update(ids, position_C[:, tf.newaxis], masked_C)
    predictions = _group_by_row(position_C, label_C, tf.shape(ids_BL), max_predictions)
    masked_BL = tf.ensure_shape(tf.reshape(masked, tf.shape(ids_BL)), ids_BL.shape)
    return {"input_word_ids": masked_BL} | predictions


def choose_words(
    maskable_BL: tf.Tensor,
    starts_word_BL: tf.Tensor,
    mask_rate: float,
    max_predictions: int,
    seed: tf.Tensor,
) -> tf.Tensor:
    """Bool [B, L]: the tokens of randomly chosen whole words; see `mask_tokens`.

    Example:
        >>> maskable = tf.constant([[False, True, True, False]])
        >>> starts = tf.constant([[True, True, False, True]])  # a word of two pieces
        >>> choose_words(maskable, starts, 0.5, max_predictions=2, seed=[1, 2]).numpy().tolist()
        [[False, True, True, False]]
    """
    spans = _find_words(maskable_BL, starts_word_BL)
    position_C = _choose_positions(spans, mask_rate, max_predictions, seed)
    shape = tf.shape(maskable_BL)
    flat = tf.scatter_nd(position_C[:, tf.newaxis], tf.ones_like(position_C), [shape[0] * shape[1]])
    return tf.reshape(flat > 0, shape)


def _find_words(maskable_BL: tf.Tensor, starts_word_BL: tf.Tensor) -> _WordSpans:
    """A word also begins at the start of a row and after a token that is not maskable."""
    length = tf.shape(maskable_BL)[1]
    position_N = tf.cast(tf.where(tf.reshape(maskable_BL, [-1]))[:, 0], tf.int32)
    previous_N = tf.concat([[-2], position_N[:-1]], axis=0)[: tf.size(position_N)]
    after_gap_N = previous_N + 1 != position_N
    marked_N = tf.gather(tf.reshape(starts_word_BL, [-1]), position_N)
    starts_N = marked_N | after_gap_N | (position_N % length == 0)
    first_W = tf.cast(tf.where(starts_N)[:, 0], tf.int32)
    ends_W = tf.concat([first_W[1:], [tf.size(position_N)]], axis=0)[: tf.size(first_W)]
    return _WordSpans(
        positions=position_N,
        word_of_token=tf.cumsum(tf.cast(starts_N, tf.int32)) - 1,
        rows=tf.gather(position_N, first_W) // length,
        sizes=ends_W - first_W,
        tokens=tf.reduce_sum(tf.cast(maskable_BL, tf.int32), axis=1),
    )


def _choose_positions(
    spans: _WordSpans, mask_rate: float, max_predictions: int, seed: tf.Tensor
) -> tf.Tensor:
    """Positions of the tokens of the chosen words, int32 [C], ascending."""
    order_W = _shuffle_within_rows(spans.rows, seed)
    # shuffling keeps words in their rows, so `spans.rows` holds for the shuffled words too
    before_B = tf.cumsum(spans.tokens, exclusive=True)
    size_W = tf.gather(spans.sizes, order_W)
    end_W = tf.cumsum(size_W) - tf.gather(before_B, spans.rows)
    budget_B = tf.maximum(tf.round(mask_rate * tf.cast(spans.tokens, tf.float32)), 1.0)
    middle_W = tf.cast(2 * end_W - size_W, tf.float32) / 2
    fits_W = (middle_W <= tf.gather(budget_B, spans.rows)) & (end_W <= max_predictions)
    chosen_W = tf.scatter_nd(order_W[:, tf.newaxis], fits_W, tf.shape(order_W))
    return tf.boolean_mask(spans.positions, tf.gather(chosen_W, spans.word_of_token))


def _shuffle_within_rows(row_W: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    score_W = tf.random.stateless_uniform(tf.shape(row_W), seed)
    return tf.argsort(tf.cast(row_W, tf.float64) + tf.cast(score_W, tf.float64))


def _mask(
    label_C: tf.Tensor, mask_id: int, vocabulary_size: int, choice_seed: tf.Tensor, seed: tf.Tensor
) -> tf.Tensor:
    shape = tf.shape(label_C)
    choice_C = tf.random.stateless_uniform(shape, choice_seed)
    random_C = tf.random.stateless_uniform(shape, seed, maxval=vocabulary_size, dtype=tf.int32)
    return tf.where(choice_C < 0.8, mask_id, tf.where(choice_C < 0.9, random_C, label_C))


def _group_by_row(
    flat_position_C: tf.Tensor, label_C: tf.Tensor, shape: tf.Tensor, max_predictions: int
) -> dict[str, tf.Tensor]:
    """Positions, labels and weights of chosen tokens, each [B, P]."""
    row_C, position_C = flat_position_C // shape[1], flat_position_C % shape[1]
    counts_B = tf.math.bincount(row_C, minlength=shape[0], maxlength=shape[0])
    slot_C = tf.range(tf.size(row_C)) - tf.gather(tf.cumsum(counts_B, exclusive=True), row_C)
    index_C2 = tf.stack([row_C, slot_C], axis=1)

    def scatter(values_C: tf.Tensor) -> tf.Tensor:
        values_BP = tf.scatter_nd(index_C2, values_C, [shape[0], max_predictions])
        return tf.ensure_shape(values_BP, [None, max_predictions])

    return {
        "masked_lm_positions": scatter(position_C),
        "masked_lm_ids": scatter(label_C),
        "masked_lm_weights": scatter(tf.ones_like(label_C, tf.float32)),
    }
