"""Which tokens a masked language model has to guess.

Only the tokens that may be hidden are looked at, as one flat list of all rows: a batch of short
sentences costs what its tokens cost, not what its padding does.

Shapes: B batch, L length, P predictions; N maskable tokens, W words, C chosen tokens of all rows.
"""

from typing import NamedTuple

import tensorflow as tf


class Words(NamedTuple):
    """The words of a batch, row by row.

    Attributes:
        places: int32 [N], where each token stands in the flattened batch, rising.
        word_of_token: int32 [N], counted over all rows.
        rows: int32 [W], the row of each word, rising.
        sizes: int32 [W], the tokens of each word.
        tokens: int32 [B], the tokens of each row.
    """

    places: tf.Tensor
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
    """Chooses words at random and hides them (Devlin et al. 2019, 3.1; whole words as released).

    Words are taken in random order while less than half of the next one lies beyond the budget of
    mask_rate x maskable tokens. Of the chosen, 80 % become [MASK], 10 % a random piece, 10 % stay.

    Args:
        ids_BL: int32 piece ids.
        maskable_BL: bool, no specials and no padding.
        starts_word_BL: bool, where a word begins; all True masks single pieces.
        mask_rate: share of the maskable tokens to choose.
        max_predictions: P, the most a row may have.
        mask_id: id of [MASK].
        vocabulary_size: V, for the random pieces.
        seed: int [2]; equal seeds choose equal tokens.

    Returns:
        `input_word_ids` [B, L] with tokens hidden; `masked_lm_positions`, `masked_lm_ids` int32
        and `masked_lm_weights` float32, each [B, P], unused predictions being 0.
    """
    seeds = tf.random.split(tf.cast(seed, tf.int32), 3)
    words = _words(maskable_BL, starts_word_BL)
    place_C = _chosen_places(words, mask_rate, max_predictions, seeds[0])
    ids = tf.reshape(ids_BL, [-1])
    label_C = tf.gather(ids, place_C)
    hidden_C = _hide(label_C, mask_id, vocabulary_size, seeds[1], seeds[2])
    hidden = tf.tensor_scatter_nd_update(ids, place_C[:, tf.newaxis], hidden_C)
    predictions = _by_row(place_C, label_C, tf.shape(ids_BL), max_predictions)
    hidden_BL = tf.ensure_shape(tf.reshape(hidden, tf.shape(ids_BL)), ids_BL.shape)
    return {"input_word_ids": hidden_BL} | predictions


def choose_words(
    maskable_BL: tf.Tensor,
    starts_word_BL: tf.Tensor,
    mask_rate: float,
    max_predictions: int,
    seed: tf.Tensor,
) -> tf.Tensor:
    """Bool [B, L]: the tokens of randomly chosen whole words; see `mask_tokens`."""
    words = _words(maskable_BL, starts_word_BL)
    place_C = _chosen_places(words, mask_rate, max_predictions, seed)
    shape = tf.shape(maskable_BL)
    flat = tf.scatter_nd(place_C[:, tf.newaxis], tf.ones_like(place_C), [shape[0] * shape[1]])
    return tf.reshape(flat > 0, shape)


def _words(maskable_BL: tf.Tensor, starts_word_BL: tf.Tensor) -> Words:
    """A run of maskable tokens begins with a word, as each row does."""
    length = tf.shape(maskable_BL)[1]
    place_N = tf.cast(tf.where(tf.reshape(maskable_BL, [-1]))[:, 0], tf.int32)
    after_gap_N = tf.concat([[-2], place_N[:-1]], axis=0)[: tf.size(place_N)] + 1 != place_N
    marked_N = tf.gather(tf.reshape(starts_word_BL, [-1]), place_N)
    starts_N = marked_N | after_gap_N | (place_N % length == 0)
    first_W = tf.cast(tf.where(starts_N)[:, 0], tf.int32)
    ends_W = tf.concat([first_W[1:], [tf.size(place_N)]], axis=0)[: tf.size(first_W)]
    return Words(
        places=place_N,
        word_of_token=tf.cumsum(tf.cast(starts_N, tf.int32)) - 1,
        rows=tf.gather(place_N, first_W) // length,
        sizes=ends_W - first_W,
        tokens=tf.reduce_sum(tf.cast(maskable_BL, tf.int32), axis=1),
    )


def _chosen_places(
    words: Words, mask_rate: float, max_predictions: int, seed: tf.Tensor
) -> tf.Tensor:
    """Int32 [C], rising: the places of the tokens of the chosen words."""
    order_W = _random_order(words.rows, seed)
    # the order keeps words in their rows, so the rows in that order are the rows themselves
    before_B = tf.cumsum(words.tokens, exclusive=True)
    size_W = tf.gather(words.sizes, order_W)
    end_W = tf.cumsum(size_W) - tf.gather(before_B, words.rows)
    budget_B = tf.maximum(tf.round(mask_rate * tf.cast(words.tokens, tf.float32)), 1.0)
    middle_W = tf.cast(2 * end_W - size_W, tf.float32) / 2
    taken_W = (middle_W <= tf.gather(budget_B, words.rows)) & (end_W <= max_predictions)
    chosen_W = tf.scatter_nd(order_W[:, tf.newaxis], taken_W, tf.shape(order_W))
    return tf.boolean_mask(words.places, tf.gather(chosen_W, words.word_of_token))


def _random_order(row_W: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Word numbers, shuffled within each row."""
    score_W = tf.random.stateless_uniform(tf.shape(row_W), seed)
    return tf.argsort(tf.cast(row_W, tf.float64) + tf.cast(score_W, tf.float64))


def _hide(
    label_C: tf.Tensor, mask_id: int, vocabulary_size: int, dice_seed: tf.Tensor, seed: tf.Tensor
) -> tf.Tensor:
    shape = tf.shape(label_C)
    dice_C = tf.random.stateless_uniform(shape, dice_seed)
    random_C = tf.random.stateless_uniform(shape, seed, maxval=vocabulary_size, dtype=tf.int32)
    return tf.where(dice_C < 0.8, mask_id, tf.where(dice_C < 0.9, random_C, label_C))


def _by_row(
    place_C: tf.Tensor, label_C: tf.Tensor, shape: tf.Tensor, max_predictions: int
) -> dict[str, tf.Tensor]:
    """Positions, labels and weights [B, P] of chosen tokens; a row's stand behind one another."""
    row_C, position_C = place_C // shape[1], place_C % shape[1]
    counts_B = tf.math.bincount(row_C, minlength=shape[0], maxlength=shape[0])
    slot_C = tf.range(tf.size(row_C)) - tf.gather(tf.cumsum(counts_B, exclusive=True), row_C)
    at_C2 = tf.stack([row_C, slot_C], axis=1)

    def spread(values_C: tf.Tensor) -> tf.Tensor:
        values_BP = tf.scatter_nd(at_C2, values_C, [shape[0], max_predictions])
        return tf.ensure_shape(values_BP, [None, max_predictions])

    return {
        "masked_lm_positions": spread(position_C),
        "masked_lm_ids": spread(label_C),
        "masked_lm_weights": spread(tf.ones_like(label_C, tf.float32)),
    }
