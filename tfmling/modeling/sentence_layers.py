"""What stands between a pooled vector and the sentence vector: sentence-transformers' modules.

`modules.json` of a folder lists them; LaBSE has a Dense, distiluse a Dense to fewer numbers.

Shapes: B batch, D width before a layer, E width behind it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

# our name -> the computation; sentence-transformers' names are those of torch
ACTIVATIONS = {
    "identity": lambda x: x,
    "tanh": tf.tanh,
    "relu": tf.nn.relu,
    "gelu": lambda x: keras.activations.gelu(x, approximate=False),
    "sigmoid": tf.sigmoid,
}
_TORCH_EPSILON = 1e-5  # of torch.nn.LayerNorm


class SentenceLayer(keras.layers.Layer):
    """Base of the layers, float32 throughout.

    Attributes:
        KIND: its name in encoder.json.
        width: E.
    """

    KIND: ClassVar[str]
    width: int

    def describe(self) -> dict[str, Any]:
        """What makes the layer again, for encoder.json."""
        raise NotImplementedError

    def named_weights(self) -> dict[str, keras.Variable]:
        """The weights by their names in sentence-transformers, kernels as [D, E]."""
        raise NotImplementedError


class SentenceDense(SentenceLayer):
    """A dense layer with its activation.

    Args:
        width: D.
        units: E.
        activation: a name of ACTIVATIONS.
        use_bias: whether a bias is added.
        use_residual: whether the input is added to the output; D must be E then.
    """

    KIND: ClassVar[str] = "dense"

    def __init__(
        self, width: int, units: int, activation: str, use_bias: bool, use_residual: bool = False
    ):
        super().__init__(dtype="float32", name="sentence_dense")
        self.width = units
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
        self.built = True

    def call(self, vectors_BD: tf.Tensor) -> tf.Tensor:
        """[B, E]."""
        products_BE = tf.matmul(vectors_BD, tf.convert_to_tensor(self.kernel))
        if self.bias is not None:
            products_BE += tf.convert_to_tensor(self.bias)
        activated_BE = self._activation(products_BE)
        return activated_BE + vectors_BD if self._description["use_residual"] else activated_BE

    def describe(self) -> dict[str, Any]:
        """What makes the layer again, for encoder.json."""
        return dict(self._description)

    def named_weights(self) -> dict[str, keras.Variable]:
        """`linear.weight` [D, E], `linear.bias` [E]."""
        named = {"linear.weight": self.kernel}
        return named if self.bias is None else named | {"linear.bias": self.bias}


class SentenceLayerNorm(SentenceLayer):
    """A layer norm with torch's epsilon; `width` is D and E."""

    KIND: ClassVar[str] = "layer_norm"

    def __init__(self, width: int):
        super().__init__(dtype="float32", name="sentence_layer_norm")
        self.width = width
        self.gamma = self.add_weight(shape=(width,), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(width,), initializer="zeros", name="beta")
        self.built = True

    def call(self, vectors_BD: tf.Tensor) -> tf.Tensor:
        """[B, D]."""
        mean_B1, variance_B1 = tf.nn.moments(vectors_BD, axes=[-1], keepdims=True)
        normed_BD = (vectors_BD - mean_B1) * tf.math.rsqrt(variance_B1 + _TORCH_EPSILON)
        return normed_BD * tf.convert_to_tensor(self.gamma) + tf.convert_to_tensor(self.beta)

    def describe(self) -> dict[str, Any]:
        """What makes the layer again, for encoder.json."""
        return {"kind": self.KIND}

    def named_weights(self) -> dict[str, keras.Variable]:
        """`norm.weight` and `norm.bias`, each [D]."""
        return {"norm.weight": self.gamma, "norm.bias": self.beta}


class SentenceNormalize(SentenceLayer):
    """Vectors of length one, before further layers; `width` is D and E."""

    KIND: ClassVar[str] = "normalize"

    def __init__(self, width: int):
        super().__init__(dtype="float32", name="sentence_normalize")
        self.width = width
        self.built = True

    def call(self, vectors_BD: tf.Tensor) -> tf.Tensor:
        """[B, D]."""
        return tf.math.l2_normalize(vectors_BD, axis=-1)

    def describe(self) -> dict[str, Any]:
        """What makes the layer again, for encoder.json."""
        return {"kind": self.KIND}

    def named_weights(self) -> dict[str, keras.Variable]:
        """None."""
        return {}


def build_sentence_layers(
    descriptions: Sequence[Mapping[str, Any]], width: int
) -> list[SentenceLayer]:
    """Layers with new weights.

    Args:
        descriptions: what `SentenceLayer.describe` gave, in order.
        width: of the pooled vectors.

    Raises:
        ValueError: an unknown kind, or options that are missing or unknown.
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
    """New layers with the same weights; `width` is that of the pooled vectors."""
    copies = build_sentence_layers([layer.describe() for layer in layers], width)
    for old, new in zip(layers, copies, strict=True):
        for name, variable in new.named_weights().items():
            variable.assign(old.named_weights()[name])
    return copies


def read_sentence_weights(layers: Sequence[SentenceLayer]) -> dict[str, np.ndarray]:
    """`0/linear.weight` and so on, by the number of the layer."""
    return {
        f"{number}/{name}": variable.numpy()
        for number, layer in enumerate(layers)
        for name, variable in layer.named_weights().items()
    }


def assign_sentence_weights(
    layers: Sequence[SentenceLayer], weights: Mapping[str, np.ndarray]
) -> None:
    """The inverse of `read_sentence_weights`.

    Raises:
        ValueError: weights that are missing, unknown or of another shape.
    """
    variables = {
        f"{number}/{name}": variable
        for number, layer in enumerate(layers)
        for name, variable in layer.named_weights().items()
    }
    expected = {name: tuple(variable.shape) for name, variable in variables.items()}
    got = {name: tuple(value.shape) for name, value in weights.items()}
    if got != expected:
        raise ValueError(f"expected arrays {expected}, got {got}")
    for name, variable in variables.items():
        variable.assign(weights[name])
