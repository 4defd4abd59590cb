"""Dropout (Srivastava et al. 2014) whose masks are hashes of places and never lie in memory.

Random numbers that are drawn and kept cost more than what is done with them. Here a number is a
32-bit hash of its place and of the pass's key: XLA computes it within the loop that needs it, and
again backward.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from tfmling.modeling.bert.fused import Fused

_SITES_APART = 0x9E3779B9  # between the keys of two masks of a pass: 2**32 by the golden ratio


class Dropout:
    """The masks of one pass through a network; each has a key of its own.

    Args:
        rate: share of the numbers that become zero; 0 drops nothing.
        seeds: of Keras's dropout; its counter goes on by one, so that the next pass differs.
    """

    def __init__(self, rate: float, seeds: keras.random.SeedGenerator | None):
        self.rate = rate
        self._seed = None if seeds is None or not rate else tf.cast(seeds.next(), tf.uint32)
        self._sites = 0

    def key(self) -> tf.Tensor | None:
        """The key of the next mask, uint32 [2]; None where nothing is dropped."""
        if self._seed is None:
            return None
        self._sites += 1
        apart = tf.constant([self._sites * _SITES_APART % 2**32, self._sites], tf.uint32)
        return _mixed(self._seed + apart)

    def __call__(self, tensor: tf.Tensor) -> tf.Tensor:
        """The tensor with numbers dropped and the others enlarged."""
        key = self.key()
        if key is None:
            return tensor

        @tf.custom_gradient
        def dropped(value: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            return _drop(value, key, self.rate), lambda slope: _drop(slope, key, self.rate)

        return dropped(tensor)


def drop(tensor: tf.Tensor, key: tf.Tensor | None, rate: float) -> tf.Tensor:
    """Zero where a place's hash is below `rate` of its range, elsewhere times 1 / (1 - rate)."""
    if key is None:
        return tensor
    lost = round(rate * 2**32)
    enlarged = tensor * tf.cast(2**32 / (2**32 - lost), tensor.dtype)
    kept = hashes(tensor, key) >= tf.constant(lost, tf.uint32)
    return tf.where(kept, enlarged, tf.zeros([], tensor.dtype))


def hashes(tensor: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
    """A uint32 for each place of a tensor, by the key; alike wherever and however computed."""
    return _mixed(_mixed(_places(tensor) + key[0]) ^ key[1])


def _places(tensor: tf.Tensor) -> tf.Tensor:
    """Numbers from 0 in the order of the tensor's memory, uint32."""
    shape, rank = tf.shape(tensor), tensor.shape.rank
    places = tf.zeros([1] * rank, tf.int32)
    for axis in range(rank):
        along = tf.reshape(tf.range(shape[axis]), [-1, *[1] * (rank - 1 - axis)])
        places = places * shape[axis] + along
    return tf.cast(places, tf.uint32)


def _mixed(word: tf.Tensor) -> tf.Tensor:
    """Wellons's lowbias32, a bijection in which each bit changes each other in half of all cases.

    https://nullprogram.com/blog/2018/07/31/
    """
    word = word ^ tf.bitwise.right_shift(word, tf.constant(16, tf.uint32))
    word *= tf.constant(0x7FEB352D, tf.uint32)
    word = word ^ tf.bitwise.right_shift(word, tf.constant(15, tf.uint32))
    word *= tf.constant(0x846CA68B, tf.uint32)
    return word ^ tf.bitwise.right_shift(word, tf.constant(16, tf.uint32))


_drop = Fused(drop)
