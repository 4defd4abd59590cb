"""Dropout (Srivastava et al. 2014) with masks computed by hashing, never stored.

Drawing and storing random numbers costs more time than the arithmetic around them. Here the random
number of each element is a 32-bit hash of its index and of the pass's key. XLA computes it inside
the loop that needs it, and again in the backward pass.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from tfmling.modeling.bert.fused import Fused

_KEY_STEP = 0x9E3779B9  # between the keys of two masks of a pass: 2**32 / golden ratio


class Dropout:
    """The dropout masks of one forward pass; each call uses another key.

    Args:
        rate: share of the elements that become zero; 0 drops nothing.
        seeds: Keras's generator; its counter advances by one, so that the next pass differs.

    Example:
        >>> dropout = Dropout(0.5, keras.random.SeedGenerator(1))
        >>> bool(tf.reduce_all(dropout.key() == dropout.key()))
        False
    """

    def __init__(self, rate: float, seeds: keras.random.SeedGenerator | None):
        self.rate = rate
        self._seed = None if seeds is None or not rate else tf.cast(seeds.next(), tf.uint32)
        self._masks = 0

    def key(self) -> tf.Tensor | None:
        """The key of the next mask, uint32 [2]; None if nothing is dropped."""
        if self._seed is None:
            return None
        self._masks += 1
        offset = tf.constant([self._masks * _KEY_STEP % 2**32, self._masks], tf.uint32)
        return _mix(self._seed + offset)

    def __call__(self, tensor: tf.Tensor) -> tf.Tensor:
        """Drop elements of a tensor and scale up the others."""
        key = self.key()
        if key is None:
            return tensor

        @tf.custom_gradient
        def dropped(value: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            return _fused_drop(value, key, self.rate), lambda grad: _fused_drop(
                grad, key, self.rate
            )

        return dropped(tensor)


def drop(tensor: tf.Tensor, key: tf.Tensor | None, rate: float) -> tf.Tensor:
    """Zero the elements whose hash is in the lowest `rate` of its range; scale up the others.

    Example:
        >>> drop(tf.ones([4]), key=None, rate=0.5).numpy()
        array([1., 1., 1., 1.], dtype=float32)
        >>> kept = drop(tf.ones([1000]), tf.constant([1, 2], tf.uint32), rate=0.5)
        >>> set(kept.numpy().tolist())
        {0.0, 2.0}
    """
    if key is None:
        return tensor
    threshold = round(rate * 2**32)
    scaled = tensor * tf.cast(2**32 / (2**32 - threshold), tensor.dtype)
    kept = hash_indices(tensor, key) >= tf.constant(threshold, tf.uint32)
    return tf.where(kept, scaled, tf.zeros([], tensor.dtype))


def hash_indices(tensor: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
    """A uint32 hash of each element's index and of the key, in the shape of the tensor.

    Example:
        >>> hash_indices(tf.zeros([2, 3]), tf.constant([1, 2], tf.uint32)).shape.as_list()
        [2, 3]
    """
    return _mix(_mix(_flat_indices(tensor) + key[0]) ^ key[1])


def _flat_indices(tensor: tf.Tensor) -> tf.Tensor:
    """Row-major index of each element, uint32, in the shape of the tensor."""
    shape, rank = tf.shape(tensor), tensor.shape.rank
    indices = tf.zeros([1] * rank, tf.int32)
    for axis in range(rank):
        along = tf.reshape(tf.range(shape[axis]), [-1, *[1] * (rank - 1 - axis)])
        indices = indices * shape[axis] + along
    return tf.cast(indices, tf.uint32)


def _mix(word: tf.Tensor) -> tf.Tensor:
    """Wellons's lowbias32, a bijection with avalanche: an input bit flips half the output bits.

    https://nullprogram.com/blog/2018/07/31/
    """
    word = word ^ tf.bitwise.right_shift(word, tf.constant(16, tf.uint32))
    word *= tf.constant(0x7FEB352D, tf.uint32)
    word = word ^ tf.bitwise.right_shift(word, tf.constant(15, tf.uint32))
    word *= tf.constant(0x846CA68B, tf.uint32)
    return word ^ tf.bitwise.right_shift(word, tf.constant(16, tf.uint32))


_fused_drop = Fused(drop)
