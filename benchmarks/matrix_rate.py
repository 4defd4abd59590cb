"""How fast this machine multiplies matrices, and how many operations a training step needs."""

import statistics
import time

from benchmarks.networks import Shape


def matrix_rate(shape: Shape, dtype: str, rounds: int = 9) -> float:
    """Operations per CPU second of a shape's commonest product: TensorFlow's own, warm; median."""
    import tensorflow as tf

    rows = shape.batch_size * shape.length
    left = tf.cast(tf.random.normal((rows, shape.hidden_dim)), dtype)
    right = tf.cast(tf.random.normal((shape.hidden_dim, 4 * shape.hidden_dim)), dtype)
    product = tf.function(tf.matmul)
    product(left, right)
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        product(left, right)
        seconds.append(time.process_time() - start)
    return 2 * rows * shape.hidden_dim * 4 * shape.hidden_dim / statistics.median(seconds)


def step_operations(shape: Shape) -> float:
    """Operations of all matrix products of a step: forward once, backward twice.

    A layer has 12 D^2 weights that see each token, and attention multiplies B L^2 D twice. What the
    last layer does not need to do for a masked LM is counted all the same: it is the work of the
    peers.
    """
    tokens, width = shape.batch_size * shape.length, shape.hidden_dim
    layer = 12 * width**2 * tokens + 2 * width * tokens * shape.length
    guessed = shape.batch_size * shape.predictions
    head = guessed * width * (width + shape.vocabulary_size)
    return 3 * 2 * (shape.num_layers * layer + head)
