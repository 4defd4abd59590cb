"""Which tokens a masked language model has to guess.

Shapes: B batch, L length, P predictions, W words (at most L), V vocabulary.
"""

import tensorflow as tf


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
    chosen_BL = choose_words(maskable_BL, starts_word_BL, mask_rate, max_predictions, seeds[0])
    positions_BP, used_BP = _positions(chosen_BL, max_predictions)
    labels_BP = tf.gather(ids_BL, positions_BP, batch_dims=1)
    hidden_BL = _hide(ids_BL, chosen_BL, mask_id, vocabulary_size, seeds[1], seeds[2])
    return {
        "input_word_ids": hidden_BL,
        "masked_lm_positions": tf.where(used_BP, positions_BP, 0),
        "masked_lm_ids": tf.where(used_BP, labels_BP, 0),
        "masked_lm_weights": tf.cast(used_BP, tf.float32),
    }


def choose_words(
    maskable_BL: tf.Tensor,
    starts_word_BL: tf.Tensor,
    mask_rate: float,
    max_predictions: int,
    seed: tf.Tensor,
) -> tf.Tensor:
    """Bool [B, L]: the tokens of randomly chosen whole words; see `mask_tokens`."""
    word_BL = _word_of_token(maskable_BL, starts_word_BL)
    size_BW = _words_sizes(word_BL, maskable_BL)
    order_BW = _random_order(size_BW, seed)
    sizes_in_order_BW = tf.gather(size_BW, order_BW, batch_dims=1)
    end_BW = tf.cumsum(sizes_in_order_BW, axis=1)
    tokens_B1 = tf.reduce_sum(size_BW, axis=1, keepdims=True)
    budget_B1 = tf.maximum(tf.round(mask_rate * tokens_B1), 1.0)
    taken_BW = (end_BW - sizes_in_order_BW / 2 <= budget_B1) & (end_BW <= max_predictions)
    rank_BW = tf.argsort(order_BW, axis=1)
    chosen_BW = tf.gather(taken_BW, rank_BW, batch_dims=1)
    return tf.gather(chosen_BW, word_BL, batch_dims=1) & maskable_BL


def _word_of_token(maskable_BL: tf.Tensor, starts_word_BL: tf.Tensor) -> tf.Tensor:
    """The index of each token's word in its row; a run of maskable tokens begins with a word."""
    before_BL = tf.pad(maskable_BL[:, :-1], [[0, 0], [1, 0]])
    starts_BL = maskable_BL & (starts_word_BL | ~before_BL)
    return tf.maximum(tf.cumsum(tf.cast(starts_BL, tf.int32), axis=1) - 1, 0)


def _words_sizes(word_BL: tf.Tensor, maskable_BL: tf.Tensor) -> tf.Tensor:
    shape = tf.shape(word_BL)
    row_B1 = tf.range(shape[0])[:, tf.newaxis] * shape[1]
    flat = tf.reshape(word_BL + row_B1, [-1])
    ones = tf.reshape(tf.cast(maskable_BL, tf.float32), [-1])
    return tf.reshape(tf.math.unsorted_segment_sum(ones, flat, shape[0] * shape[1]), shape)


def _random_order(size_BW: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    scores_BW = tf.random.stateless_uniform(tf.shape(size_BW), seed)
    # words that do not exist come last
    return tf.argsort(tf.where(size_BW > 0, scores_BW, 2.0), axis=1)


def _positions(chosen_BL: tf.Tensor, max_predictions: int) -> tuple[tf.Tensor, tf.Tensor]:
    length = tf.shape(chosen_BL)[1]
    keys_BL = tf.where(chosen_BL, tf.range(length)[tf.newaxis, :], length)
    keys_BL = tf.pad(keys_BL, [[0, 0], [0, max_predictions]], constant_values=length)
    first_BP = tf.sort(keys_BL, axis=1)[:, :max_predictions]
    return tf.minimum(first_BP, length - 1), first_BP < length


def _hide(
    ids_BL: tf.Tensor,
    chosen_BL: tf.Tensor,
    mask_id: int,
    vocabulary_size: int,
    dice_seed: tf.Tensor,
    piece_seed: tf.Tensor,
) -> tf.Tensor:
    shape = tf.shape(ids_BL)
    dice_BL = tf.random.stateless_uniform(shape, dice_seed)
    random_BL = tf.random.stateless_uniform(
        shape, piece_seed, maxval=vocabulary_size, dtype=tf.int32
    )
    hidden_BL = tf.where(dice_BL < 0.8, mask_id, tf.where(dice_BL < 0.9, random_BL, ids_BL))
    return tf.where(chosen_BL, hidden_BL, ids_BL)
