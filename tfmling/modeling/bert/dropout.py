"""Dropout (Srivastava et al. 2014) whose masks are 16-bit random words.

Random numbers cost more than what is done with them: one word of 32 bits gives two masks here, and
none is turned into a float. A mask is kept as its word; backward it is compared again.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from tfmling.modeling.bert.fused import Fused

_VALUES = 2**16
_SITES_APART = 1_000_003  # between the seeds of two masks of a step


class Dropout:
    """The masks of one pass through a network; each is drawn from a seed of its own.

    Args:
        rate: share of the numbers that become zero, in steps of 2**-16; 0 draws nothing.
        seeds: of Keras's dropout; its counter goes on by one, so that the next pass differs.
    """

    def __init__(self, rate: float, seeds: keras.random.SeedGenerator | None):
        self.rate = rate
        self._seed = None if seeds is None or not rate else tf.cast(seeds.next(), tf.int64)
        self._sites = 0

    def words(self, shape: tf.Tensor) -> tf.Tensor | None:
        """Random uint16 words of a shape; None where nothing is dropped."""
        if self._seed is None:
            return None
        self._sites += 1
        seed = self._seed + tf.constant([self._sites * _SITES_APART, 0], tf.int64)
        count = tf.reduce_prod(shape)
        drawn = tf.random.stateless_uniform(
            [(count + 1) // 2], seed, minval=None, maxval=None, dtype=tf.int32
        )
        return tf.reshape(tf.reshape(tf.bitcast(drawn, tf.uint16), [-1])[:count], shape)

    def __call__(self, tensor: tf.Tensor) -> tf.Tensor:
        """The tensor with numbers dropped and the others enlarged."""
        words = self.words(tf.shape(tensor))
        if words is None:
            return tensor

        @tf.custom_gradient
        def dropped(value: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            return _drop(value, words, self.rate), lambda slope: _drop(slope, words, self.rate)

        return dropped(tensor)


def drop(tensor: tf.Tensor, words: tf.Tensor | None, rate: float) -> tf.Tensor:
    """Zero where a word is below `rate` of its range, elsewhere enlarged by 1 / (1 - rate)."""
    if words is None:
        return tensor
    lost = round(rate * _VALUES)
    enlarged = tensor * tf.cast(_VALUES / (_VALUES - lost), tensor.dtype)
    return tf.where(tf.cast(words, tf.int32) >= lost, enlarged, tf.zeros([], tensor.dtype))


_drop = Fused(drop)
