"""Many texts in one call: a few at a time, those of about one length together, inside the graph.

A call with 10,000 texts then needs the memory of CHUNK of them, and a long text among short ones
costs its own padding only.

Shapes: B texts, D width.
"""

from collections.abc import Callable

import tensorflow as tf

CHUNK = 64


def embed_in_chunks(
    ids: tf.RaggedTensor, embed: Callable[[tf.RaggedTensor], tf.Tensor], width: int
) -> tf.Tensor:
    """Vectors float32 [B, D], in the order of the texts.

    Args:
        ids: int32 [B, (pieces)].
        embed: pieces of at most CHUNK texts to their vectors; no texts to none.
        width: D.
    """
    order_B = tf.argsort(ids.row_lengths(), stable=True)
    sorted_ids = tf.gather(ids, order_B)
    count = tf.maximum((tf.size(order_B) + CHUNK - 1) // CHUNK, 1)  # no texts are a chunk too
    found = tf.TensorArray(tf.float32, count, infer_shape=False, element_shape=[None, width])

    def embed_chunk(number: tf.Tensor, found: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray]:
        rows = sorted_ids[number * CHUNK : (number + 1) * CHUNK]
        return number + 1, found.write(number, embed(rows))

    _, found = tf.while_loop(
        lambda number, _: number < count, embed_chunk, (0, found), parallel_iterations=1
    )
    return tf.gather(found.concat(), tf.math.invert_permutation(order_B))
