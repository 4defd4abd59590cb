"""A learned mix of layers (Peters et al. 2018, "Deep contextualized word representations", eq. 1).

Shapes: N layers, D width.
"""

import keras
import tensorflow as tf


class ScalarMix(keras.layers.Layer):
    """scale * sum of softmax(weights)_n * layer n; at first the mean of all layers.

    Args:
        layers: N, how many are mixed.
    """

    def __init__(self, layers: int):
        super().__init__(name="scalar_mix")
        self.weights_N = self.add_weight(shape=(layers,), initializer="zeros", name="weights")
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, states_ND: tf.Tensor) -> tf.Tensor:
        """The mix of states [..., N, D] as [..., D], float32."""
        share_N = tf.nn.softmax(tf.convert_to_tensor(self.weights_N))
        return tf.einsum("...nd,n->...d", states_ND, self.scale * share_N)
