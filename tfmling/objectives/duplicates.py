"""Which columns of a batch are no negatives. B pairs on this replica, G pairs over all replicas."""

import tensorflow as tf


def same_sentence(
    query_key_B: tf.Tensor,
    answer_key_B: tf.Tensor,
    query_key_G: tf.Tensor,
    answer_key_G: tf.Tensor,
) -> tf.Tensor:
    """Where answer g may as well be the answer of query b, bool [B, G].

    Bitext repeats itself: one source has several translations, several sources have one, names and
    numbers are copied. Such a column is a right answer or the query itself, and a loss that pushes
    it away unlearns what it has just learned. So answer g is no negative of query b where

    - its text is that of b's own answer,
    - its query's text is b's text (it is another translation of b), or
    - its text is b's text (a copy: one encoder gives both the same vector).

    Args:
        query_key_B: int32; equal keys mean equal texts, of queries and answers alike.
        answer_key_B: the same of the answers to them.
        query_key_G: the keys of all queries.
        answer_key_G: the keys of all answers, in the same order.
    """
    return (
        _equal(answer_key_B, answer_key_G)
        | _equal(query_key_B, query_key_G)
        | _equal(query_key_B, answer_key_G)
    )


def _equal(key_B: tf.Tensor, key_G: tf.Tensor) -> tf.Tensor:
    return key_B[:, tf.newaxis] == key_G[tf.newaxis, :]
