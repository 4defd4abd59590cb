"""Layers between the pooled vector and the sentence vector: sentence-transformers' modules.

A folder's `modules.json` lists them. LaBSE has a Dense; distiluse has one that reduces the width.

Shapes: B batch, D input width, E output width.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

# sentence-transformers uses torch's names for these
ACTIVATIONS = {
    "identity": lambda x: x,
    "tanh": tf.tanh,
    "relu": tf.nn.relu,
    "gelu": lambda x: keras.activations.gelu(x, approximate=False),
    "sigmoid": tf.sigmoid,
}
_TORCH_EPSILON = 1e-5  # of torch.nn.LayerNorm


class SentenceLayer(keras.layers.Layer):
    """Base class; all layers compute in float32.

    Attributes:
        KIND: name of the layer in encoder.json.
        width: E.
    """

    KIND: ClassVar[str]

    def __init__(self, width: int):
        super().__init__(dtype="float32", name=f"sentence_{self.KIND}")
        self.width = width
        self.built = True

    def describe(self) -> dict[str, Any]:
        """The layer's configuration, as encoder.json stores it."""
        return {"kind": self.KIND}

    def named_weights(self) -> dict[str, keras.Variable]:
        """Weights by sentence-transformers' names; kernels are [D, E]."""
        return {}


class SentenceDense(SentenceLayer):
    """A dense layer with an activation.

    Args:
        width: D.
        units: E.
        activation: a key of ACTIVATIONS.
        use_bias: whether to add a bias.
        use_residual: whether to add the input to the output; requires D = E.

    Example:
        >>> layer = SentenceDense(2, 1, "identity", use_bias=False)
        >>> layer.set_weights([np.array([[1.0], [10.0]])])
        >>> layer(np.array([[3.0, 2.0]], np.float32)).numpy()
        array([[23.]], dtype=float32)
    """

    KIND: ClassVar[str] = "dense"

    def __init__(
        self, width: int, units: int, activation: str, use_bias: bool, use_residual: bool = False
    ):
        super().__init__(units)
        self._description = {
            "kind": self.KIND,
            "units": units,
            "activation": activation,
            "use_bias": use_bias,
            "use_residual": use_residual,
        }
        self._activation = ACTIVATIONS[activation]
        self.kernel = self.add_weight(shape=(width, units), name="kernel")
        self.bias = self.add_weight(shape=(units,), name="bias") if use_bias else None

    def call(self, vectors_BD: tf.Tensor) -> tf.Tensor:
        """[B, E]."""
        products_BE = tf.matmul(vectors_BD, tf.convert_to_tensor(self.kernel))
        if self.bias is not None:
            products_BE += tf.convert_to_tensor(self.bias)
        activated_BE = self._activation(products_BE)
        return activated_BE + vectors_BD if self._description["use_residual"] else activated_BE

    def describe(self) -> dict[str, Any]:
        """The layer's configuration, as encoder.json stores it."""
        return dict(self._description)

    def named_weights(self) -> dict[str, keras.Variable]:
        """`linear.weight` [D, E], `linear.bias` [E]."""
        named = {"linear.weight": self.kernel}
        return named if self.bias is None else named | {"linear.bias": self.bias}


class SentenceLayerNorm(SentenceLayer):
    """Layer norm with torch's epsilon; D = E = `width`.

    Example:
        >>> SentenceLayerNorm(2)(np.array([[1.0, 3.0]], np.float32)).numpy().round(3)
        array([[-1.,  1.]], dtype=float32)
    """

    KIND: ClassVar[str] = "layer_norm"

    def __init__(self, width: int):
        super().__init__(width)
        self.gamma = self.add_weight(shape=(width,), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(width,), initializer="zeros", name="beta")

    def call(self, vectors_BD: tf.Tensor) -> tf.Tensor:
        """[B, D]."""
        mean_B1, variance_B1 = tf.nn.moments(vectors_BD, axes=[-1], keepdims=True)
        normed_BD = (vectors_BD - mean_B1) * tf.math.rsqrt(variance_B1 + _TORCH_EPSILON)
        return normed_BD * tf.convert_to_tensor(self.gamma) + tf.convert_to_tensor(self.beta)

    def named_weights(self) -> dict[str, keras.Variable]:
        """`norm.weight` and `norm.bias`, each [D]."""
        return {"norm.weight": self.gamma, "norm.bias": self.beta}


class SentenceNormalize(SentenceLayer):
    """L2 normalization before further layers; D = E = `width`.

    Example:
        >>> SentenceNormalize(2)(np.array([[3.0, 4.0]], np.float32)).numpy()
        array([[0.6, 0.8]], dtype=float32)
    """

    KIND: ClassVar[str] = "normalize"

    def call(self, vectors_BD: tf.Tensor) -> tf.Tensor:
        """[B, D]."""
        return tf.math.l2_normalize(vectors_BD, axis=-1)


def build_sentence_layers(
    descriptions: Sequence[Mapping[str, Any]], width: int
) -> list[SentenceLayer]:
    """Build layers with new weights.

    Args:
        descriptions: configurations from `SentenceLayer.describe`, in order.
        width: of the pooled vectors.

    Raises:
        ValueError: if a kind is unknown, or options are missing or unknown.

    Example:
        >>> layers = build_sentence_layers([{"kind": "normalize"}, {"kind": "layer_norm"}], width=8)
        >>> [layer.width for layer in layers]
        [8, 8]
    """
    layers: list[SentenceLayer] = []
    for description in descriptions:
        options = {key: value for key, value in description.items() if key != "kind"}
        before = layers[-1].width if layers else width
        kind = description.get("kind")
        if kind not in _KINDS:
            raise ValueError(f"expected a layer of kind {', '.join(_KINDS)}, got {kind!r}")
        try:
            layers.append(_KINDS[kind](before, **options))
        except (TypeError, KeyError) as error:
            raise ValueError(f"{kind}: {error}") from None
    return layers


_KINDS: dict[str, Any] = {
    layer.KIND: layer for layer in (SentenceDense, SentenceLayerNorm, SentenceNormalize)
}


def copy_sentence_layers(layers: Sequence[SentenceLayer], width: int) -> list[SentenceLayer]:
    """Copy layers with their weights; `width` is that of the pooled vectors.

    Example:
        >>> copies = copy_sentence_layers([SentenceLayerNorm(8)], width=8)
        >>> copies[0].describe()
        {'kind': 'layer_norm'}
    """
    copies = build_sentence_layers([layer.describe() for layer in layers], width)
    for old, new in zip(layers, copies, strict=True):
        for name, variable in new.named_weights().items():
            variable.assign(old.named_weights()[name])
    return copies


def read_sentence_weights(layers: Sequence[SentenceLayer]) -> dict[str, np.ndarray]:
    """Weights by layer number and name, such as `0/linear.weight`.

    Example:
        >>> sorted(read_sentence_weights([SentenceLayerNorm(8)]))
        ['0/norm.bias', '0/norm.weight']
    """
    return {name: variable.numpy() for name, variable in _variables(layers).items()}


def assign_sentence_weights(
    layers: Sequence[SentenceLayer], weights: Mapping[str, np.ndarray]
) -> None:
    """Load weights that `read_sentence_weights` returned.

    Raises:
        ValueError: if weights are missing, unknown or of another shape.

    Example:
        >>> layers = [SentenceLayerNorm(1)]
        >>> weights = {"0/norm.weight": np.array([2.0]), "0/norm.bias": np.array([3.0])}
        >>> assign_sentence_weights(layers, weights)
        >>> layers[0](np.array([[5.0]], np.float32)).numpy()  # normed to 0, plus the bias
        array([[3.]], dtype=float32)
    """
    variables = _variables(layers)
    expected = {name: tuple(variable.shape) for name, variable in variables.items()}
    got = {name: tuple(value.shape) for name, value in weights.items()}
    if got != expected:
        raise ValueError(f"expected arrays {expected}, got {got}")
    for name, variable in variables.items():
        variable.assign(weights[name])


def _variables(layers: Sequence[SentenceLayer]) -> dict[str, keras.Variable]:
    return {
        f"{number}/{name}": variable
        for number, layer in enumerate(layers)
        for name, variable in layer.named_weights().items()
    }
