"""A logistic model of hashed n-grams and shape: the probability that a sentence is main content.

Applied with numpy alone, so that workers need no scikit-learn; it gives what scikit-learn's
LogisticRegression gives for the same features.

Shapes: N texts, V buckets, S measures of shape.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfmling.quality.characters import characters
from tfmling.quality.ngrams import hash_ngrams
from tfmling.quality.shape import MEASURES, measure_shapes

BATCH = 512  # texts at once: their n-grams stay in the processor's cache


@dataclasses.dataclass(frozen=True)
class Features:
    """How texts become numbers: n-grams of up to `max_order` characters in 2 ** `bits` buckets.

    An n-gram counts 1 / sqrt(all n-grams of its text), so that the length of a text does not decide
    by itself. The measures of shape are not scaled here; training scales them.
    """

    max_order: int
    bits: int

    def __post_init__(self) -> None:
        for name, largest in {"max_order": 100, "bits": 30}.items():
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= largest:
                raise ValueError(
                    f"{name}: expected a number from 1 to {largest}, got {value!r:.40}"
                )

    def columns(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Buckets [G], the text of each [G], and measures of shape [N, S]."""
        code_C, text_C = characters(texts)
        bucket_G, text_G = hash_ngrams(code_C, text_C, self.max_order, self.bits)
        return bucket_G, text_G, measure_shapes(code_C, text_C, len(texts))

    def scale(self, text_G: np.ndarray, num_texts: int) -> np.ndarray:
        """1 / sqrt(n-grams) of each text, float64 [N]."""
        return 1 / np.sqrt(np.maximum(np.bincount(text_G, minlength=num_texts), 1))


@dataclasses.dataclass(frozen=True)
class NgramModel:
    """Weights of one classifier.

    Attributes:
        features: what the weights belong to.
        weights: of the buckets, float32 [V].
        shape: of the measures of shape, unscaled; float64 [S].
        bias: the logit of a text without features.
    """

    features: Features
    weights: np.ndarray
    shape: np.ndarray
    bias: float

    def __post_init__(self) -> None:
        expected = ((1 << self.features.bits,), (len(MEASURES),))
        if (self.weights.shape, self.shape.shape) != expected:
            raise ValueError(
                f"expected weights of {expected[0][0]} buckets and {expected[1][0]} measures, "
                f"got {self.weights.shape} and {self.shape.shape}"
            )

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """The probability of main content for each text, float64 [N]."""
        parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        return np.concatenate([np.zeros(0), *map(self._probabilities, parts)])

    def values(self) -> dict[str, Any]:
        """What of it is written as JSON."""
        own = {"max_order": self.features.max_order, "bits": self.features.bits}
        return own | {"measures": list(MEASURES), "bias": self.bias}

    def arrays(self) -> dict[str, np.ndarray]:
        """What of it is written as arrays: of the weights those that are not 0."""
        buckets = np.flatnonzero(self.weights).astype(np.int32)
        return {"buckets": buckets, "weights": self.weights[buckets], "shape": self.shape}

    @classmethod
    def restore(cls, values: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> "NgramModel":
        """The model of these values and arrays.

        Raises:
            ValueError: its measures of shape are not those of this version.
        """
        if values["measures"] != list(MEASURES):
            raise ValueError(f"expected the measures {list(MEASURES)}, got {values['measures']}")
        features = Features(values["max_order"], values["bits"])
        weights: np.ndarray = np.zeros(1 << features.bits, np.float32)
        weights[arrays["buckets"]] = arrays["weights"]
        return cls(features, weights, arrays["shape"], float(values["bias"]))

    def _probabilities(self, texts: Sequence[str]) -> np.ndarray:
        bucket_G, text_G, shape_NS = self.features.columns(texts)
        weight_N = np.bincount(text_G, self.weights[bucket_G], minlength=len(texts))
        logit_N = weight_N * self.features.scale(text_G, len(texts)) + shape_NS @ self.shape
        # tanh does not overflow, as exp may
        return 0.5 * (1 + np.tanh((logit_N + self.bias) / 2))
